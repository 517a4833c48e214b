//! One cookie, several pages of the browser: who logs in or out on one does so on all. The pages tell each other that it
//! happened, never who it was; each asks the server for itself.

/** Somebody arrived, or left; `left` false: the server has not heard of it yet. */
export type Told = "arrived" | { left: boolean };

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
