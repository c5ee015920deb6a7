import { imageMediaType, MAGIC_BYTES } from '../image/image-media-type.ts';
import { notAnImage, referenceTooLarge } from './reference-errors.ts';

/** Reads a body up to its limit and refuses it at its first bytes when it is no picture. */
export async function readImageBody(
  url: URL,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly bytes: Buffer; readonly mediaType: string }> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let mediaType: string | undefined;
  for await (const chunk of body) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw referenceTooLarge(url, maxBytes);
    if (mediaType === undefined && sizeBytes >= MAGIC_BYTES) {
      mediaType = imageMediaType(Buffer.concat(chunks));
      if (mediaType === undefined) throw notAnImage(url);
    }
  }
  // Nothing so short is a picture.
  if (mediaType === undefined) throw notAnImage(url);
  return { bytes: Buffer.concat(chunks), mediaType };
}
