import { open } from 'node:fs/promises';
import { readPictureSize } from './picture-size.ts';
import type { Source } from './source.ts';

const MEGABYTE = 1024 ** 2;
/** EXIF and a colour profile may stand before the size; more than this is rare. */
const HEAD_BYTES = 64 * 1024;
/** The worker refuses more, from the header and before it decodes. */
const MAX_PIXELS = 50_000_000;
/** Encoder tables, sample, row buffers. */
const FIXED_BYTES = 24 * MEGABYTE;
/** Per pixel of the result: the bitmap and the encoder's planes. 3 megapixels took up to 55 MB in all, 12 up to 168 MB. */
const RESULT_PIXEL_BYTES = 12;
/** Per pixel of the source, where the decoder holds all of it. */
const SOURCE_PIXEL_BYTES = 4;
/** For a header that does not say: what is damaged fails early, so a middling picture stands for it. */
const UNKNOWN_BYTES = 64 * MEGABYTE;

/** Memory that compressing `source` may take beside the process itself, in bytes: told from its header before decoding. */
export async function workMemoryBytes(source: Source, maxSidePixels: number | undefined): Promise<number> {
  const size = readPictureSize(await headOf(source));
  if (!size) return UNKNOWN_BYTES + source.sizeBytes;
  const pixels = Math.min(MAX_PIXELS, size.width * size.height);
  const scale = Math.min(1, (maxSidePixels ?? Infinity) / Math.max(size.width, size.height, 1));
  const decoderBytes = size.wholeInMemory ? SOURCE_PIXEL_BYTES * pixels : 0;
  return Math.round(FIXED_BYTES + RESULT_PIXEL_BYTES * pixels * scale * scale + decoderBytes + source.sizeBytes);
}

async function headOf({ content }: Source): Promise<Buffer> {
  if (typeof content !== 'string') return content.subarray(0, HEAD_BYTES);
  await using file = await open(content);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}
