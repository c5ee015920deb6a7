import type { Fields, FormFile } from './read-fields.ts';
import { refused } from './request-refused.ts';

/** The fields of a multipart form (RFC 7578): texts, lists of texts where a name comes again, and always lists of files. */
export function formFields(bytes: Buffer, headers: Readonly<Record<string, string>>): Fields {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw refused(400, 'INVALID_REQUEST_BODY', 'the body has to be a form');
  const texts: Record<string, string[]> = {};
  const files: Record<string, FormFile[]> = {};
  for (const part of partsOf(bytes, boundary)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, end).toString('utf8');
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1];
    if (end === -1 || name === undefined) throw refused(400, 'INVALID_REQUEST_BODY', 'a part of the form has no name');
    const value = part.subarray(end + 4);
    const fileName = /;\s*filename="([^"]*)"/i.exec(head)?.[1];
    const type = /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? 'application/octet-stream';
    if (fileName === undefined) (texts[name] ??= []).push(value.toString('utf8'));
    else (files[name] ??= []).push({ name: fileName, type, bytes: Buffer.from(value) });
  }
  const single = Object.entries(texts).map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  return { ...(Object.fromEntries(single) as Fields), ...files };
}

function partsOf(bytes: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let from = bytes.indexOf(mark);
  for (;;) {
    const start = from + mark.length;
    if (from === -1 || bytes.toString('latin1', start, start + 2) === '--') break;
    const next = bytes.indexOf(Buffer.from(`\r\n--${boundary}`), start);
    if (next === -1) throw refused(400, 'INVALID_REQUEST_BODY', 'the form has no end');
    parts.push(bytes.subarray(start + 2, next));
    from = next + 2;
  }
  if (parts.length === 0) throw refused(400, 'INVALID_REQUEST_BODY', 'the form is empty');
  return parts;
}
