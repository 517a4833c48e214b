import { beforeEach, expect, test, vi } from "vitest";
import type { Problem } from "../../api/problem";

const server = vi.hoisted(() => ({ frame: vi.fn(), frames: vi.fn() }));
vi.mock("../../api/content", () => server);

const { Flight } = await import("./flight");

const OPENED = { session: "s", grant: "g" };
const text = (value: string) => new TextEncoder().encode(value);
const line = (seq: number, bytes: number) =>
  text(`${JSON.stringify({ seq, at: 0, type: "image/png", bytes, sha256: "00" })}\n`);
const answer = (pieces: Uint8Array<ArrayBuffer>[], broken = false) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        if (broken) controller.error(new TypeError("the connection broke"));
        else controller.close();
      },
    }),
  );
const refused = (kind: Problem["kind"], status: number) => ({
  ok: false,
  problem: { kind, status, detail: "why", retryAfterSeconds: null },
});

const landing = { arrived: vi.fn(), broken: vi.fn() };
const landed = () => landing.arrived.mock.calls.map((call) => call[1]);

beforeEach(() => {
  for (const called of [server.frame, server.frames, landing.arrived, landing.broken]) called.mockReset();
});

test("a range lands frame by frame, a damaged one with its reason, and knows what did not come", async () => {
  const pieces = [line(3, 2), text("ab"), text(`${JSON.stringify({ seq: 4, damaged: "gone" })}\n`)];
  server.frames.mockResolvedValue({ ok: true, value: answer(pieces) });
  const flight = new Flight({ stream: 0, first: 3, last: 6 }, "soon");
  expect(await flight.fly(OPENED, landing)).toBeNull();
  expect(landed()).toEqual([3]);
  expect(landing.broken).toHaveBeenCalledWith(0, 4, "damaged", "gone");
  expect([...flight.left]).toEqual([5, 6]);
});

test("an answer that ends within a frame is told as unexpected", async () => {
  server.frames.mockResolvedValue({ ok: true, value: answer([line(3, 5), text("ab")]) });
  const flight = new Flight({ stream: 0, first: 3, last: 4 }, "soon");
  expect((await flight.fly(OPENED, landing))?.kind).toBe("unexpected");
  expect(flight.keys()).toEqual(["0/3", "0/4"]);
});

test("a connection that breaks within an answer is told as unreachable", async () => {
  server.frames.mockResolvedValue({ ok: true, value: answer([], true) });
  const flight = new Flight({ stream: 0, first: 3, last: 4 }, "soon");
  expect((await flight.fly(OPENED, landing))?.kind).toBe("unreachable");
});

test("what the server says of a single frame belongs to the frame, everything else to the request", async () => {
  const told = async (kind: Problem["kind"], status: number) => {
    server.frame.mockResolvedValue(refused(kind, status));
    return new Flight({ stream: 0, first: 3, last: 3 }, "now").fly(OPENED, landing);
  };
  expect(await told("frame-damaged", 500)).toBeNull();
  expect(await told("frame-unknown", 404)).toBeNull();
  expect(await told("outside-grant", 403)).toBeNull();
  expect(landing.broken.mock.calls.map((call) => call[2])).toEqual(["damaged", "unknown", "outside"]);
  expect((await told("unavailable", 503))?.kind).toBe("unavailable");
  expect(landing.broken).toHaveBeenCalledTimes(3);
});

test("what is broken off lands nothing and is no failure", async () => {
  let arrive: (value: unknown) => void = () => {};
  server.frame.mockReturnValue(
    new Promise((resolve) => {
      arrive = resolve;
    }),
  );
  const flight = new Flight({ stream: 0, first: 3, last: 3 }, "now");
  const flown = flight.fly(OPENED, landing);
  flight.abort();
  arrive({ ok: true, value: { bytes: new ArrayBuffer(1), type: "image/png", sha256: null } });
  expect(await flown).toBeNull();
  expect(landed()).toEqual([]);
});
