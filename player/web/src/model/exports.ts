//! Asking for an export.

import type { ExportRequest } from "../api/types";

export function exportRequestOf(purpose: string, matter: string, damaged: boolean): ExportRequest {
  const request: ExportRequest = { purpose: purpose.trim() };
  if (matter.trim() !== "") request.case = matter.trim();
  if (damaged) request.damaged = true;
  return request;
}
