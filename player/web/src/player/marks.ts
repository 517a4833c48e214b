//! What the player measures of itself, as entries of the browser's performance timeline:
//! `obhut:seek` from an input to the exact frame on every visible screen, `obhut:frame` for a frame painted while playing, from
//! when it was due, `obhut:stall` while playing stood still for want of a frame.

type Mark = "obhut:seek" | "obhut:frame" | "obhut:stall";

/** The timeline keeps its entries until they are cleared. */
const KEPT = 2_000;

const counts = new Map<Mark, number>();

export function measure(mark: Mark, start: number, end: number, detail: Record<string, unknown>): void {
  const count = (counts.get(mark) ?? 0) + 1;
  counts.set(mark, count % KEPT);
  if (count >= KEPT) performance.clearMeasures(mark);
  performance.measure(mark, { start, end: Math.max(start, end), detail });
}

/** Calls back when the frame that is being drawn has been handed to the screen. */
export function afterPaint(then: (now: number) => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    then(performance.now());
  };
  channel.port2.postMessage(null);
}
