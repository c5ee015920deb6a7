const RESULT_CHUNK_BYTES = 64 * 1024;

/** A result in pieces of at most 64 KiB, without copying. */
export function* resultChunks(data: Buffer): Generator<Buffer> {
  for (let offset = 0; offset < data.length; offset += RESULT_CHUNK_BYTES) {
    yield data.subarray(offset, offset + RESULT_CHUNK_BYTES);
  }
}
