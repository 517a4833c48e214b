//! What a grant shows. Every call but `description` and `streamIndex` commits an access record before its first byte.

import type { Answer } from "./problem";
import { ask, askJson } from "./request";
import type { Description, StreamIndex } from "./types";

/** The media type of several frames in one answer. */
export const FRAMES = "application/vnd.obhut.frames";

/** The most frame numbers that one range may have. */
export const FRAMES_AT_MOST = 256;

/** A session under a grant that this login holds. */
export interface Opened {
  session: string;
  grant: string;
}

export interface FrameBytes {
  bytes: ArrayBuffer;
  type: string;
  /** The access record that was committed for it. */
  record: string | null;
}

export function description(opened: Opened, signal?: AbortSignal): Promise<Answer<Description>> {
  return askJson(`/v1/sessions/${opened.session}/description`, { grant: opened.grant, signal });
}

/** The stream's frames after a number, without their bytes. */
export function streamIndex(
  opened: Opened,
  stream: number,
  after: number | null,
  signal?: AbortSignal,
): Promise<Answer<StreamIndex>> {
  return askJson(`/v1/sessions/${opened.session}/streams/${stream}/index`, {
    grant: opened.grant,
    query: { after },
    signal,
  });
}

/** One frame, as it was captured. */
export async function frame(
  opened: Opened,
  stream: number,
  seq: number,
  signal?: AbortSignal,
): Promise<Answer<FrameBytes>> {
  const answer = await ask(`/v1/sessions/${opened.session}/streams/${stream}/frames/${seq}`, {
    grant: opened.grant,
    signal,
  });
  if (!answer.ok) return answer;
  const response = answer.value;
  const bytes = await response.arrayBuffer();
  const type = response.headers.get("Content-Type") ?? "application/octet-stream";
  return { ok: true, value: { bytes, type, record: response.headers.get("Access-Record") } };
}

/** The frames of a range in one answer of type `FRAMES`, to be read as it comes. */
export function frames(
  opened: Opened,
  stream: number,
  first: number,
  last: number,
  signal?: AbortSignal,
): Promise<Answer<Response>> {
  return ask(`/v1/sessions/${opened.session}/streams/${stream}/frames`, {
    grant: opened.grant,
    query: { first, last },
    signal,
  });
}
