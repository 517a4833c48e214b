//! What a session's streams hold, counted as a reader counts: a screen's frames, a recording, an attachment.

import type { SessionStream } from "../api/types";

export interface Content {
  /** Of its screens. */
  frames: number;
  recordings: number;
  attachments: number;
}

/** A recording or an attachment is one stream, however many pieces it is stored in. */
export function contentOf(streams: readonly SessionStream[]): Content {
  const of = (kind: SessionStream["kind"]) => streams.filter((stream) => stream.kind === kind);
  return {
    frames: of("timeline").reduce((sum, stream) => sum + stream.frames, 0),
    recordings: of("recording").length,
    attachments: of("attachment").length,
  };
}
