//! When the server last answered a request of this login: from then on it is idle.

let usedAt = 0;
const listeners = new Set<() => void>();

/** A request of this login was answered just now, or at `at`. By the browser's clock, which goes on while it sleeps. */
export function noteUse(at = Date.now()) {
  if (at <= usedAt) return;
  usedAt = at;
  for (const listener of listeners) listener();
}

export function lastUse(): number {
  return usedAt;
}

export function onUse(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
