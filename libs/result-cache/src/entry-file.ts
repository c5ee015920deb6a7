import { createHash } from 'node:crypto';
import type { Entry } from './entry.ts';

// The file of an entry: 4 bytes format, 4 bytes length of the facts, the facts as JSON, the data, and a SHA-256 over the
// key and everything before. The key is in the sum, so that a file under a wrong name is not believed either.
const FORMAT = Buffer.from('FRC1', 'latin1');
const HEAD_BYTES = 8;
const SUM_BYTES = 32;

/** The parts of the file, in order; not joined, because the data may be large. */
export function entryFileParts<Facts>(key: string, { facts, data }: Entry<Facts>): Buffer[] {
  const json = Buffer.from(JSON.stringify(facts));
  const head = Buffer.alloc(HEAD_BYTES);
  FORMAT.copy(head);
  head.writeUInt32LE(json.length, FORMAT.length);
  return [head, json, data, sumOf(key, head, json, data)];
}

/** The entry in a file; undefined unless every byte is as it was written for `key`. */
export function readEntryFile<Facts>(key: string, file: Buffer): Entry<Facts> | undefined {
  const end = file.length - SUM_BYTES;
  if (end < HEAD_BYTES || !file.subarray(0, FORMAT.length).equals(FORMAT)) return undefined;
  if (!sumOf(key, file.subarray(0, end)).equals(file.subarray(end))) return undefined;
  const dataStart = HEAD_BYTES + file.readUInt32LE(FORMAT.length);
  const facts = JSON.parse(file.toString('utf8', HEAD_BYTES, dataStart)) as Facts;
  return { facts, data: file.subarray(dataStart, end) };
}

function sumOf(key: string, ...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update(key);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
