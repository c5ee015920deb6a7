/** What is kept under a key: facts that survive JSON, and bytes. Shared by all who get it, so nobody may change it. */
export interface Entry<Facts> {
  readonly facts: Facts;
  readonly data: Buffer;
}

/** What an entry takes in memory besides its bytes, roughly: facts as objects, key, and the map's own. */
const OVERHEAD_BYTES = 2048;

/** Bytes that an entry counts for. */
export function weightOf({ data }: Entry<unknown>): number {
  return data.length + OVERHEAD_BYTES;
}
