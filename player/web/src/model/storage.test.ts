import { expect, test } from "vitest";
import { storageRows } from "./storage";

function storage(tenant: string, n: number) {
  return {
    tenant,
    name: tenant,
    sessions: { open: n, sealing: 2 * n, sealed: 3 * n },
    frames: 4 * n,
    original_bytes: 5 * n,
    stored_bytes: 6 * n,
  };
}

test("several tenants get a sum, a single one is its own", () => {
  expect(storageRows([storage("a", 1)])).toHaveLength(1);
  expect(storageRows([])).toHaveLength(0);
  const rows = storageRows([storage("a", 1), storage("b", 10)]);
  expect(rows.at(-1)).toEqual({
    tenant: null,
    name: null,
    open: 11,
    sealing: 22,
    sealed: 33,
    frames: 44,
    originalBytes: 55,
    storedBytes: 66,
  });
});
