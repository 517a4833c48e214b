import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromWorker, ToWorker } from "./messages";

const worker = vi.hoisted(() => ({
  said: [] as unknown[],
  listener: (_event: unknown) => {},
  terminated: false,
}));
vi.mock("./worker/index.ts?worker&url", () => ({ default: "worker.js" }));
vi.mock("../platform/worker", () => ({
  startWorker: () => ({
    addEventListener: (_kind: string, listener: (event: unknown) => void) => {
      worker.listener = listener;
    },
    postMessage: (message: unknown) => worker.said.push(message),
    terminate: () => {
      worker.terminated = true;
    },
  }),
}));

const { Pictures } = await import("./pictures");

const key = (seq: number) => ({ stream: 0, seq });
const closed: number[] = [];
const bitmap = (seq: number) =>
  ({ width: 1920, height: 1080, close: () => closed.push(seq) }) as unknown as ImageBitmap;
const comes = (message: FromWorker) => worker.listener({ data: message });
const comesPicture = (seq: number) =>
  comes({ kind: "picture", key: key(seq), bitmap: bitmap(seq), check: "sha-256", partial: false });
const wished = () => {
  const last = worker.said.at(-1) as ToWorker;
  if (last.kind !== "wish") throw new Error("no wish was said");
  return last.wishes;
};
const events = { came: vi.fn(), broken: vi.fn(), smallCame: vi.fn(), failed: vi.fn(), looked: vi.fn() };
const ALL = {
  now: [key(1)],
  soon: [key(2), key(3)],
  near: [key(2)],
  decode: [key(2)],
  small: [key(1), key(3)],
};

let pictures: InstanceType<typeof Pictures>;
beforeEach(() => {
  worker.said = [];
  closed.length = 0;
  for (const event of Object.values(events)) event.mockReset();
  pictures = new Pictures({ session: "s", grant: "g" }, events);
});
afterEach(() => pictures.close());

test("only what is lacking is asked for", () => {
  comesPicture(1);
  comesPicture(2);
  pictures.wish({ ...ALL, fetchSmall: true }, []);
  expect(wished()).toMatchObject({ now: [], soon: [key(3)], near: [], decode: [], received: 2 });
  expect(wished().small).toEqual([key(1), key(3)]);
});

test("what can't be shown is told with its reason and never asked for again", () => {
  comes({ kind: "broken", key: key(3), broken: "differs", detail: null });
  expect(events.broken).toHaveBeenCalledWith(key(3), { broken: "differs", detail: null });
  expect(events.came).not.toHaveBeenCalled();
  pictures.wish({ ...ALL, fetchSmall: true }, []);
  expect(wished().soon).toEqual([key(2)]);
  expect(wished().small).toEqual([key(1)]);
});

test("memory is bounded, and what is on the screen stays", () => {
  pictures.wish({ ...ALL, fetchSmall: false }, [key(1)]);
  for (let seq = 1; seq <= 40; seq++) comesPicture(seq);
  expect(pictures.has(key(1))).toBe(true);
  expect(pictures.has(key(40))).toBe(true);
  expect(pictures.has(key(10))).toBe(false);
  expect(closed).toContain(10);
  expect(closed).not.toContain(1);
});

test("closing leaves no picture", () => {
  comesPicture(1);
  pictures.close();
  expect(closed).toEqual([1]);
  expect(worker.terminated).toBe(true);
});
