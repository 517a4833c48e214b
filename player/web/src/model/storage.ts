//! The storage table's rows: one a tenant, and their sum where there are several.

import type { TenantStorage } from "../api/types";

export interface StorageRow {
  /** Null: the sum. */
  tenant: string | null;
  name: string | null;
  open: number;
  sealing: number;
  sealed: number;
  frames: number;
  originalBytes: number;
  storedBytes: number;
}

function rowOf(storage: TenantStorage): StorageRow {
  return {
    tenant: storage.tenant,
    name: storage.name,
    ...storage.sessions,
    frames: storage.frames,
    originalBytes: storage.original_bytes,
    storedBytes: storage.stored_bytes,
  };
}

export function storageRows(storage: readonly TenantStorage[]): StorageRow[] {
  const rows = storage.map(rowOf);
  if (rows.length < 2) return rows;
  const sum = (field: "open" | "sealing" | "sealed" | "frames" | "originalBytes" | "storedBytes") =>
    rows.reduce((total, row) => total + row[field], 0);
  return [
    ...rows,
    {
      tenant: null,
      name: null,
      open: sum("open"),
      sealing: sum("sealing"),
      sealed: sum("sealed"),
      frames: sum("frames"),
      originalBytes: sum("originalBytes"),
      storedBytes: sum("storedBytes"),
    },
  ];
}
