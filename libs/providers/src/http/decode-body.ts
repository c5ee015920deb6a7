import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { answerInvalid, answerTooLarge } from './read-answer.ts';

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/**
 * The content of an answer that came encoded although `identity` was asked for, as some gateways do it: what was paid for is
 * not thrown away for that. It may not grow beyond the limit of the answer.
 */
export async function decodeBody(
  provider: string,
  bytes: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return bytes;
  const decode = DECODERS[encoding.toLowerCase()];
  if (!decode) throw answerInvalid(provider, `is encoded as ${encoding.slice(0, 20)}`);
  return decode(bytes, { maxOutputLength: maxBytes }).catch((thrown: unknown) => {
    const isTooLarge = (thrown as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? answerTooLarge(provider, maxBytes) : answerInvalid(provider, 'is damaged');
  });
}
