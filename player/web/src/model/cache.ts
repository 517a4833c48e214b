//! A cache bounded by bytes that lets the least recently used go first, and releases what it lets go.

export class ByteCache<Value> {
  readonly #entries = new Map<string, { value: Value; bytes: number }>();
  readonly #limit: number;
  readonly #release: (value: Value) => void;
  #bytes = 0;

  constructor(limit: number, release: (value: Value) => void = () => {}) {
    this.#limit = limit;
    this.#release = release;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The value, which counts as used now. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /**
   * Takes a value and lets others go until the limit holds, never one that is kept; returns the keys that went. With everything
   * kept the limit is exceeded rather than something taken off the screen.
   */
  put(key: string, value: Value, bytes: number, kept: ReadonlySet<string> = new Set()): string[] {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#drop(key, before);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    const gone: string[] = [];
    for (const [other, entry] of this.#entries) {
      if (this.#bytes <= this.#limit) break;
      if (other === key || kept.has(other)) continue;
      this.#drop(other, entry);
      gone.push(other);
    }
    return gone;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#drop(key, entry);
  }

  clear(): void {
    for (const [key, entry] of [...this.#entries]) this.#drop(key, entry);
  }

  keys(): IterableIterator<string> {
    return this.#entries.keys();
  }

  #drop(key: string, entry: { value: Value; bytes: number }): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#release(entry.value);
  }
}
