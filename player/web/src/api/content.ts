//! What a grant shows. Every call but `description` and `streamIndex` commits an access record before its first byte.

import { type Answer, UNREACHABLE } from "./problem";
import { answerTo, api, responseTo } from "./request";
import type { Description, StreamIndex } from "./types";

/** A session under a grant that this login holds. */
export interface Opened {
  session: string;
  grant: string;
}

export interface FrameBytes {
  bytes: ArrayBuffer;
  type: string;
  /** The SHA-256 that the server names, hexadecimal. */
  sha256: string | null;
}

export function description(opened: Opened, signal?: AbortSignal): Promise<Answer<Description>> {
  return answerTo(
    api.GET("/v1/sessions/{session}/description", {
      params: { path: { session: opened.session }, header: { Grant: opened.grant } },
      signal: signal ?? null,
    }),
  );
}

/** The stream's frames after a number, without their bytes. */
export function streamIndex(
  opened: Opened,
  stream: number,
  after: number | null,
  signal?: AbortSignal,
): Promise<Answer<StreamIndex>> {
  return answerTo(
    api.GET("/v1/sessions/{session}/streams/{stream}/index", {
      params: {
        path: { session: opened.session, stream },
        query: after === null ? {} : { after },
        header: { Grant: opened.grant },
      },
      signal: signal ?? null,
    }),
  );
}

/** One frame, as it was captured. */
export async function frame(
  opened: Opened,
  stream: number,
  seq: number,
  signal?: AbortSignal,
): Promise<Answer<FrameBytes>> {
  const answer = await responseTo(
    api.GET("/v1/sessions/{session}/streams/{stream}/frames/{seq}", {
      params: { path: { session: opened.session, stream, seq }, header: { Grant: opened.grant } },
      parseAs: "stream",
      signal: signal ?? null,
    }),
  );
  if (!answer.ok) return answer;
  const response = answer.value;
  let bytes: ArrayBuffer;
  try {
    bytes = await response.arrayBuffer();
  } catch {
    // The connection broke within the answer.
    signal?.throwIfAborted();
    return { ok: false, problem: UNREACHABLE };
  }
  const type = response.headers.get("Content-Type") ?? "application/octet-stream";
  const sha256 = sha256Of(response.headers.get("Content-Digest"));
  return { ok: true, value: { bytes, type, sha256 } };
}

/** The SHA-256 of an RFC 9530 `Content-Digest`, hexadecimal. */
function sha256Of(header: string | null): string | null {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):/.exec(header ?? "")?.[1];
  if (base64 === undefined) return null;
  return Array.from(atob(base64), (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** The frames of a range in one answer of type `application/vnd.obhut.frames`, to be read as it comes. */
export function frames(
  opened: Opened,
  stream: number,
  first: number,
  last: number,
  signal?: AbortSignal,
): Promise<Answer<Response>> {
  return responseTo(
    api.GET("/v1/sessions/{session}/streams/{stream}/frames", {
      params: {
        path: { session: opened.session, stream },
        query: { first, last },
        header: { Grant: opened.grant },
      },
      parseAs: "stream",
      signal: signal ?? null,
    }),
  );
}
