import { createHash } from 'node:crypto';

/**
 * The id under which a prompt is put into the queue: the same for every repeat of the same wish, so that what was accepted is
 * found although the answer was lost. A canonical UUID of version 8 (RFC 9562), as ComfyUI wants it.
 */
export function promptIdOf(requestKey: string): string {
  const hash = createHash('sha256').update(`framesong:${requestKey}`).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
