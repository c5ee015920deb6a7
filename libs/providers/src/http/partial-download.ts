import { MAGIC_BYTES } from '../image/image-media-type.ts';
import { resultInvalid } from './result-errors.ts';

/** What has come of a file so far, over several tries. */
export interface PartialDownload {
  /** Headers for the next try: the rest only, if the file is still the same. RFC 9110 13.1.5 and 14.2. */
  rangeHeaders(): Readonly<Record<string, string>>;
  /** Begins with what a response is: forgets everything when it is the whole file, or another. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** @throws FramesongError `PROVIDER_RESULT_INVALID` as soon as the first bytes are of no known type, or there are too many. */
  add(chunk: Uint8Array): void;
  /** @throws FramesongError when the bytes are fewer than were announced, or of no known type. */
  complete(): { readonly bytes: Buffer; readonly mediaType: string };
}

/** What a file may be. */
export interface ExpectedFile {
  readonly maxBytes: number;
  /** The media type by the first bytes; undefined refuses the file. */
  readonly typeOf: (firstBytes: Uint8Array) => string | undefined;
}

export function startPartialDownload(url: URL, { maxBytes, typeOf }: ExpectedFile): PartialDownload {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  let wholeBytes: number | undefined;
  let validator: string | undefined;
  let mediaType: string | undefined;

  function forget(): void {
    chunks = [];
    sizeBytes = 0;
    mediaType = undefined;
  }

  function checkType(): void {
    mediaType ??= typeOf(Buffer.concat(chunks).subarray(0, MAGIC_BYTES));
    if (mediaType === undefined) throw resultInvalid(url, 'is of no type that was ordered');
  }

  return {
    rangeHeaders() {
      // Without a validator nobody could tell whether the rest belongs to the same file.
      if (sizeBytes === 0 || validator === undefined) return {};
      return { range: `bytes=${sizeBytes}-`, 'if-range': validator };
    },

    begin(status, headers) {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
      const strong = validatorOf(headers);
      const goesOn = status === 206 && Number(range?.[1]) === sizeBytes && (strong ?? validator) === validator;
      if (!goesOn) forget();
      if (status === 206 && !goesOn) {
        validator = undefined;
        throw resultInvalid(url, 'was continued at another place than was asked for');
      }
      validator = strong ?? validator;
      const announced = goesOn ? range?.[2] : headers['content-length'];
      wholeBytes = announced === undefined || announced === '*' ? undefined : Number(announced);
      if (wholeBytes !== undefined && wholeBytes > maxBytes)
        throw resultInvalid(url, `is larger than ${maxBytes} bytes`);
    },

    add(chunk) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw resultInvalid(url, `is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
      if (mediaType === undefined && sizeBytes >= MAGIC_BYTES) checkType();
    },

    complete() {
      if (wholeBytes !== undefined && sizeBytes !== wholeBytes)
        throw resultInvalid(url, `ended after ${sizeBytes} of ${wholeBytes} bytes`);
      checkType();
      return { bytes: Buffer.concat(chunks), mediaType: mediaType! };
    },
  };
}

/** A strong ETag, else the date; a weak one does not promise the same bytes. */
function validatorOf(headers: Readonly<Record<string, string>>): string | undefined {
  const etag = headers['etag'];
  return etag?.startsWith('"') === true ? etag : headers['last-modified'];
}
