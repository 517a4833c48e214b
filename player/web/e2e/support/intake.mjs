// An agent, as far as a story needs one: it opens a session, sends frames of tests/data/timeline and seals it.
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { intake } from "./env.mjs";

const FOLDER = new URL("../../../../tests/data/timeline/", import.meta.url);

async function ask(method, path, headers, body) {
  const answer = await fetch(`${intake.origin}/v1/sessions${path}`, {
    method,
    headers: { Authorization: `Bearer ${intake.token}`, ...headers },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return { status: answer.status, document: JSON.parse(text) };
}

const post = (path, document, headers = {}) =>
  ask("POST", path, { "Content-Type": "application/json", ...headers }, JSON.stringify(document));

/** An open session with one screen and no frame. */
export async function openSession() {
  const manifest = await readFile(new URL("manifest.ndjson", FOLDER), "utf8");
  const frames = manifest
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const opened = await post(
    "",
    {
      kind: "support",
      started_at: new Date().toISOString(),
      purpose: "followed live",
      streams: [{ n: 0, name: "screen" }],
    },
    { "Idempotency-Key": randomUUID() },
  );
  const session = opened.document.session;
  let sent = 0;
  return {
    session,

    /** Sends the next frame, captured now; its number. */
    async send() {
      const { file } = frames[sent % frames.length];
      const bytes = await readFile(new URL(file, FOLDER));
      const seq = sent;
      await ask(
        "PUT",
        `/${session}/streams/0/frames/${seq}`,
        {
          "Content-Type": "image/png",
          "Content-Digest": `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`,
          "Captured-At": new Date().toISOString(),
        },
        bytes,
      );
      sent += 1;
      return seq;
    },

    /** Seals it, and comes back when it is sealed. */
    async seal() {
      const last = {
        ended_at: new Date().toISOString(),
        ended_by: "agent",
        how: "the story is over",
        streams: [{ n: 0, count: sent, last: sent - 1 }],
      };
      while ((await post(`/${session}/seal`, last)).status === 202);
    },
  };
}
