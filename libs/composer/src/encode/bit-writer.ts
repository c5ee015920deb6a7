/** Writes numbers of any width, highest bit first. */
export class BitWriter {
  #bytes = new Uint8Array(16_384);
  #length = 0;
  #pending = 0;
  #pendingBits = 0;

  /** The lowest `width` bits of `value`, which may be negative (two's complement) or up to 2^53. */
  write(value: number, width: number): void {
    for (let left = width; left > 0;) {
      const take = Math.min(left, 8 - this.#pendingBits);
      left -= take;
      const bits = Math.floor(value / 2 ** left) & ((1 << take) - 1);
      this.#pending = (this.#pending << take) | bits;
      this.#pendingBits += take;
      if (this.#pendingBits === 8) this.#flush();
    }
  }

  /** `count` zeros and a one. */
  writeUnary(count: number): void {
    for (let left = count; left > 0; left -= 24) this.write(0, Math.min(24, left));
    this.write(1, 1);
  }

  /** Zeros up to the next whole byte. */
  align(): void {
    if (this.#pendingBits > 0) this.write(0, 8 - this.#pendingBits);
  }

  /** What was written so far, without bits of an unfinished byte. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #flush(): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = this.#pending;
    this.#pending = 0;
    this.#pendingBits = 0;
  }
}
