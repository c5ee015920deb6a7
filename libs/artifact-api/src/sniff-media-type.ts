const SIGNATURES: readonly (readonly [mediaType: string, offset: number, bytes: string])[] = [
  ['image/jpeg', 0, 'ffd8ff'],
  ['image/png', 0, '89504e470d0a1a0a'],
  ['image/gif', 0, '47494638'],
  ['image/webp', 8, '57454250'],
  ['image/avif', 4, '6674797061766966'],
];

/** Media type of a picture by its first 16 bytes; `otherwise` for what is no picture we know. */
export function sniffMediaType(bytes: Uint8Array, otherwise = 'application/octet-stream'): string {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const found = SIGNATURES.find(([, offset, signature]) => head.startsWith(signature, offset * 2));
  return found?.[0] ?? otherwise;
}
