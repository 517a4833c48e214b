"""A client of the intake that is not ours but for these lines: httpx, and the page on the intake.

    OBHUT=http://… TOKEN=obhut_… python intake_client.py FOLDER SEED

Sends the frames of a folder with a manifest as one session: eight writers, out of order, every frame twice (one of the two
answers is 201, the other 200, both with the same receipt), then the seal, then every frame once more (200). Prints one
object of JSON: the session, its sealing receipt, and each frame's file and receipt as they came.
"""

import base64
import hashlib
import json
import os
import pathlib
import queue
import random
import sys
import threading
import time
import uuid

import httpx

WRITERS = 8
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}

folder, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2])
sessions = os.environ["OBHUT"] + "/v1/sessions"
authorization = {"Authorization": "Bearer " + os.environ["TOKEN"]}


def client():
    return httpx.Client(headers=authorization, timeout=60, trust_env=False)


def ask(http, method, url, **what):
    """Sends until it is answered for good; 429 and 503 say when to come again."""
    while True:
        answer = http.request(method, url, **what)
        if answer.status_code not in (429, 503):
            return answer
        time.sleep(int(answer.headers.get("Retry-After", "10")))


def put(http, session, frame):
    body = (folder / frame["file"]).read_bytes()
    digest = hashlib.sha256(body)
    answer = ask(
        http,
        "PUT",
        f"{sessions}/{session}/streams/0/frames/{frame['seq']}",
        content=body,
        headers={
            "Content-Type": TYPES[pathlib.Path(frame["file"]).suffix],
            "Content-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
            "Captured-At": frame["captured_at"],
        },
    )
    assert answer.status_code in (200, 201), (answer.status_code, answer.text)
    receipt = answer.json()
    told = (receipt["session"], receipt["stream"], receipt["seq"], receipt["sha256"])
    assert told == (session, 0, frame["seq"], digest.hexdigest()), receipt
    return answer


def send_all(session, frames):
    """Eight writers share the frames; all answers, by sequence number."""
    jobs, answers, wrong, lock = queue.SimpleQueue(), {}, [], threading.Lock()
    for frame in frames:
        jobs.put(frame)

    def write():
        try:
            with client() as http:
                while not wrong:
                    try:
                        frame = jobs.get_nowait()
                    except queue.Empty:
                        return
                    answer = put(http, session, frame)
                    with lock:
                        answers.setdefault(frame["seq"], []).append((answer.status_code, answer.text))
        except BaseException as error:
            wrong.append(error)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if wrong:
        raise wrong[0]
    return answers


with (folder / "manifest.ndjson").open() as lines:
    frames = [json.loads(line) for line in lines]
order = random.Random(seed)

with client() as http:
    opened = ask(
        http,
        "POST",
        sessions,
        headers={"Idempotency-Key": str(uuid.uuid4())},
        json={
            "kind": "monitoring",
            "started_at": frames[0]["captured_at"],
            "purpose": "a client in Python",
            "streams": [{"n": 0, "name": "screen"}],
        },
    )
    assert opened.status_code == 201, opened.text
    session = opened.json()["session"]

    twice = frames * 2
    order.shuffle(twice)
    answers = send_all(session, twice)
    for seq, both in answers.items():
        assert sorted(status for status, _ in both) == [200, 201], (seq, both)
        assert both[0][1] == both[1][1], (seq, both)

    last = max(frame["seq"] for frame in frames)
    seal = {
        "ended_at": frames[-1]["captured_at"],
        "ended_by": "user",
        "how": "closed",
        "streams": [{"n": 0, "count": len(frames), "last": last}],
    }
    while True:
        sealed = ask(http, "POST", f"{sessions}/{session}/seal", json=seal)
        if sealed.status_code != 202:
            break
    assert sealed.status_code == 200, sealed.text

    again = send_all(session, order.sample(frames, len(frames)))
    for seq, after in again.items():
        assert after == [(200, answers[seq][0][1])], (seq, after)

    refused = ask(http, "PUT", f"{sessions}/{session}/streams/0/frames/{last + 1}", content=b"", headers={})
    assert 400 <= refused.status_code < 500, refused.text

print(
    json.dumps(
        {
            "session": session,
            "sealed": sealed.text,
            "frames": [
                {"seq": frame["seq"], "file": frame["file"], "receipt": answers[frame["seq"]][0][1]}
                for frame in frames
            ],
        }
    )
)
