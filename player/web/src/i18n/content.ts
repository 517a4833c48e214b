//! What a session holds, in words.

import type { SessionStream } from "../api/types";
import { contentOf } from "../model/streams";
import type { Words } from "./language";

/** `96 frames, 1 attachment`; a session without any of them has no frames. */
export function contentText(streams: readonly SessionStream[], words: Words): string {
  const { frames, recordings, attachments } = contentOf(streams);
  const parts: string[] = [];
  if (frames > 0 || recordings + attachments === 0) parts.push(words.session.frames(frames));
  if (recordings > 0) parts.push(words.session.recordings(recordings));
  if (attachments > 0) parts.push(words.session.attachments(attachments));
  return parts.join(", ");
}

/** The stream's name; without one, or without a grant that shows it, its number. */
export function streamName(stream: Pick<SessionStream, "n" | "kind" | "name">, words: Words): string {
  if (stream.name) return stream.name;
  return stream.kind === "timeline" ? words.session.screenName(stream.n) : words.session.streamName(stream.n);
}

/** `screenshots, 96 frames`, `attachment` */
export function streamKind(stream: SessionStream, words: Words): string {
  const kind = words.session.streamKinds[stream.kind];
  return stream.kind === "timeline" ? `${kind}, ${words.session.frames(stream.frames)}` : kind;
}
