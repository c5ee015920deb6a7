import { randomUUID } from 'node:crypto';

/** A request body that is complete before it is sent, so that nothing can go wrong halfway. */
export interface HttpBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** One part of a form. */
export interface FormPart {
  readonly name: string;
  readonly value: string | Uint8Array;
  /** Makes the part a file. */
  readonly fileName?: string;
  readonly contentType?: string;
}

/** JSON in UTF-8. */
export function jsonBody(value: unknown): HttpBody {
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(value)) };
}

/** multipart/form-data, RFC 7578. Parts keep their order; a name may occur more than once. */
export function formBody(parts: readonly FormPart[]): HttpBody {
  const boundary = `framesong-${randomUUID()}`;
  const pieces: Uint8Array[] = [];
  for (const { name, value, fileName, contentType } of parts) {
    const file = fileName === undefined ? '' : `; filename="${quoted(fileName)}"`;
    const type = contentType === undefined ? '' : `content-type: ${contentType}\r\n`;
    pieces.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n`),
    );
    pieces.push(typeof value === 'string' ? Buffer.from(value) : value, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(pieces) };
}

/** As browsers escape names: HTML standard, "multipart form data". */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
