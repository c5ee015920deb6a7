import type { EmulatedAnswer, EmulatedRequest } from '../emulated-provider.ts';

/** A picture under its id, as object stores give it: with ETag, Range and If-Range. */
export function servePicture(
  { params, headers }: EmulatedRequest,
  pictures: ReadonlyMap<string, Buffer>,
  contentType = 'image/png',
): EmulatedAnswer {
  const id = params['id'] ?? '';
  const bytes = pictures.get(id);
  if (!bytes) {
    const type = { 'content-type': 'application/xml' };
    return { status: 404, headers: type, body: '<Error><Code>NoSuchKey</Code></Error>' };
  }
  const etag = `"${id}"`;
  const common = { 'content-type': contentType, etag, 'accept-ranges': 'bytes' };
  const from = Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? '')?.[1] ?? 0);
  if (from === 0 || headers['if-range'] !== etag) return { status: 200, headers: common, body: bytes };
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...common, 'content-range': range }, body: bytes.subarray(from) };
}
