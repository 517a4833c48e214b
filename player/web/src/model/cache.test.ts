import { describe, expect, it } from "vitest";
import { ByteCache } from "./cache";

describe("a cache bounded by bytes", () => {
  it("lets the least recently used go and releases it", () => {
    const released: string[] = [];
    const cache = new ByteCache<string>(30, (value) => released.push(value));
    cache.put("a", "A", 10);
    cache.put("b", "B", 10);
    cache.put("c", "C", 10);
    cache.get("a");
    expect(cache.put("d", "D", 10)).toEqual(["b"]);
    expect(released).toEqual(["B"]);
    expect(cache.bytes).toBe(30);
    expect([...cache.keys()]).toEqual(["c", "a", "d"]);
  });

  it("never lets go what is kept, nor what was just put", () => {
    const cache = new ByteCache<string>(10);
    cache.put("a", "A", 10);
    expect(cache.put("b", "B", 10, new Set(["a"]))).toEqual([]);
    expect(cache.put("c", "C", 10, new Set(["a"]))).toEqual(["b"]);
    expect(cache.has("a") && cache.has("c")).toBe(true);
  });

  it("releases what is replaced, deleted or cleared, each once", () => {
    const released: string[] = [];
    const cache = new ByteCache<string>(100, (value) => released.push(value));
    cache.put("a", "A1", 10);
    cache.put("a", "A2", 20);
    expect(cache.bytes).toBe(20);
    cache.put("b", "B", 5);
    cache.delete("a");
    cache.delete("a");
    cache.clear();
    expect(released).toEqual(["A1", "A2", "B"]);
    expect([cache.bytes, cache.size]).toEqual([0, 0]);
  });
});
