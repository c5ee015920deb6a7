import { refused } from './request-refused.ts';

/** A request body as fields. In a form a name may come several times, and files are bytes. */
export type Fields = Readonly<Record<string, unknown>>;

/** A file of a form. */
export interface FormFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** The fields of a JSON object. */
export function jsonFields(bytes: Buffer, headers: Readonly<Record<string, string>>): Fields {
  if (headers['content-type']?.startsWith('application/json') !== true)
    throw refused(400, 'INVALID_REQUEST_BODY', 'the content type has to be application/json');
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  } catch {
    // Told below.
  }
  throw refused(400, 'INVALID_REQUEST_BODY', 'the body has to be a JSON object');
}
