/** Reads numbers of any width up to 32 bits, highest bit first. */
export class BitReader {
  #position: number;
  readonly #bytes: Uint8Array;

  /** @param byteOffset where reading begins */
  constructor(bytes: Uint8Array, byteOffset = 0) {
    this.#bytes = bytes;
    this.#position = byteOffset * 8;
  }

  /** The byte that the next bit lies in. */
  get byteOffset(): number {
    return this.#position >> 3;
  }

  /** @throws RangeError at the end of the bytes */
  read(width: number): number {
    let value = 0;
    for (let left = width; left > 0;) {
      const byte = this.#bytes[this.#position >> 3];
      if (byte === undefined) throw new RangeError('the file ends in the middle of a frame');
      const room = 8 - (this.#position & 7);
      const take = Math.min(left, room);
      value = value * 2 ** take + ((byte >> (room - take)) & ((1 << take) - 1));
      this.#position += take;
      left -= take;
    }
    return value;
  }

  /** Two's complement. */
  readSigned(width: number): number {
    const value = this.read(width);
    return width > 0 && value >= 2 ** (width - 1) ? value - 2 ** width : value;
  }

  /** The number of zeros before the next one. */
  readUnary(): number {
    let count = 0;
    while ((this.#position & 7) !== 0) {
      if (this.read(1) === 1) return count;
      count++;
    }
    while (this.#bytes[this.#position >> 3] === 0) {
      count += 8;
      this.#position += 8;
    }
    while (this.read(1) === 0) count++;
    return count;
  }

  /** On to the next whole byte. */
  align(): void {
    this.#position = (this.#position + 7) & ~7;
  }
}
