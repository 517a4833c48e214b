//! One cookie, several pages of the browser: who logs in or out on one does so on all. The pages tell each other that it
//! happened, never who it was; each asks the server for itself.

/**
 * Somebody arrived; or left, where `left` false means that the server has not heard of it yet; or the login was used at an
 * instant of the browser's clock, so that no page takes it for idle.
 */
export type Told = "arrived" | { left: boolean } | { used: number };

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("obhut.login");

/** Tells every other page of the browser. */
export function tell(told: Told) {
  channel?.postMessage(told);
}

/** Hears what other pages tell, until the answer is called. */
export function listen(heard: (told: Told) => void): () => void {
  const onMessage = ({ data }: MessageEvent<Told>) => heard(data);
  channel?.addEventListener("message", onMessage);
  return () => channel?.removeEventListener("message", onMessage);
}
