//! How the archive is.

import type { Answer } from "./problem";
import { askJson } from "./request";
import type { ArchiveState } from "./types";

export function archiveState(signal?: AbortSignal): Promise<Answer<ArchiveState>> {
  return askJson("/v1/state", { signal });
}
