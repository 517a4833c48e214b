#!/usr/bin/env python3
"""Sends a folder of screenshots to an intake as one session: opens it, puts every frame, seals it.

Needs nothing but Python's standard library, and shows what an agent has to do. The folder has a `manifest.ndjson` with a line
a frame: {"seq": 1, "captured_at": "2026-11-02T10:15:00.412Z", "file": "00001.png"}.
"""

import argparse
import base64
import hashlib
import http.client
import json
import pathlib
import sys
import urllib.parse
import uuid

TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


class Intake:
    """One connection to the intake; every answer but a success ends the program with the server's words."""

    def __init__(self, origin, token):
        url = urllib.parse.urlsplit(origin)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(url.hostname, url.port, timeout=60)
        self.token = token

    def ask(self, method, path, body, headers):
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status not in (200, 201, 202):
            sys.exit(f"{method} {path}: {response.status} {answer.decode(errors='replace')}")
        return json.loads(answer)

    def post(self, path, document, **headers):
        body = json.dumps(document).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, body, {"Content-Type": "application/json", **named})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--intake", required=True, help="the intake's origin, such as http://127.0.0.1:8080")
    parser.add_argument("--device", required=True, type=pathlib.Path, help="file with the answer of `obhut device add --json`")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()

    with open(arguments.device, encoding="utf-8") as file:
        intake = Intake(arguments.intake, json.load(file)["token"])
    with open(arguments.folder / "manifest.ndjson", encoding="utf-8") as file:
        frames = [json.loads(line) for line in file if line.strip()]
    if not frames:
        sys.exit(f"{arguments.folder}: the manifest names no frame")

    opened = intake.post(
        "/v1/sessions",
        {
            "kind": "monitoring",
            "started_at": frames[0]["captured_at"],
            "purpose": "demonstration",
            "streams": [{"n": 0, "name": "screen"}],
            "source": {"program": "send_timeline.py", "capabilities": ["view"]},
        },
        Idempotency_Key=str(uuid.uuid4()),
    )
    session = opened["session"]
    for frame in frames:
        picture = (arguments.folder / frame["file"]).read_bytes()
        digest = base64.b64encode(hashlib.sha256(picture).digest()).decode()
        intake.ask(
            "PUT",
            f"/v1/sessions/{session}/streams/0/frames/{frame['seq']}",
            picture,
            {
                "Content-Type": TYPES[pathlib.Path(frame["file"]).suffix.lower()],
                "Content-Digest": f"sha-256=:{digest}:",
                "Captured-At": frame["captured_at"],
            },
        )
    intake.post(
        f"/v1/sessions/{session}/seal",
        {
            "ended_at": frames[-1]["captured_at"],
            "ended_by": "agent",
            "how": "demonstration over",
            "streams": [{"n": 0, "count": len(frames), "last": max(frame["seq"] for frame in frames)}],
        },
    )
    print(f"{len(frames)} frames acknowledged, session {session} sealed")


if __name__ == "__main__":
    main()
