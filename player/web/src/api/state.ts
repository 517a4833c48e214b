//! How the archive is.

import type { Answer } from "./problem";
import { answerTo, api } from "./request";
import type { ArchiveState } from "./types";

export function archiveState(signal?: AbortSignal): Promise<Answer<ArchiveState>> {
  return answerTo(api.GET("/v1/state", { signal: signal ?? null }));
}
