import { MAGIC_BYTES } from '../image/image-media-type.ts';
import type { DownloadSink } from './download-sink.ts';
import { resultInvalid } from './result-errors.ts';

/** What has come of a file so far, over several tries. */
export interface PartialDownload {
  /** Headers for the next try: the rest only, if the file is still the same. RFC 9110 13.1.5 and 14.2. */
  rangeHeaders(): Readonly<Record<string, string>>;
  /** Begins with what a response is: forgets everything when it is the whole file, or another. */
  begin(status: number, headers: Readonly<Record<string, string>>): Promise<void>;
  /** @throws FramesongError `PROVIDER_RESULT_INVALID` as soon as the first bytes are of no known type, or there are too many. */
  add(chunk: Uint8Array): Promise<void>;
  /** @throws FramesongError when the bytes are fewer than were announced, or of no known type. */
  complete(): DownloadedFile;
}

/** What has come to its end, into the sink. */
export interface DownloadedFile {
  readonly sizeBytes: number;
  /** By its first bytes. */
  readonly mediaType: string;
}

/** What a file may be. */
export interface ExpectedFile {
  readonly maxBytes: number;
  /** The media type by the first bytes; undefined refuses the file. */
  readonly typeOf: (firstBytes: Uint8Array) => string | undefined;
}

export function startPartialDownload(
  url: URL,
  { maxBytes, typeOf }: ExpectedFile,
  sink: DownloadSink,
): PartialDownload {
  let firstBytes = Buffer.alloc(0);
  let sizeBytes = 0;
  let wholeBytes: number | undefined;
  let validator: string | undefined;
  let mediaType: string | undefined;

  async function forget(): Promise<void> {
    firstBytes = Buffer.alloc(0);
    sizeBytes = 0;
    mediaType = undefined;
    await sink.clear();
  }

  function checkType(): void {
    mediaType ??= typeOf(firstBytes);
    if (mediaType === undefined) throw resultInvalid(url, 'is of no type that was ordered');
  }

  return {
    rangeHeaders() {
      // Without a validator nobody could tell whether the rest belongs to the same file.
      if (sizeBytes === 0 || validator === undefined) return {};
      return { range: `bytes=${sizeBytes}-`, 'if-range': validator };
    },

    async begin(status, headers) {
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
      const strong = validatorOf(headers);
      const goesOn = status === 206 && Number(range?.[1]) === sizeBytes && (strong ?? validator) === validator;
      if (!goesOn) await forget();
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

    async add(chunk) {
      if (sizeBytes + chunk.byteLength > maxBytes) throw resultInvalid(url, `is larger than ${maxBytes} bytes`);
      const missing = MAGIC_BYTES - firstBytes.length;
      if (missing > 0) firstBytes = Buffer.concat([firstBytes, chunk.subarray(0, missing)]);
      if (firstBytes.length === MAGIC_BYTES) checkType();
      await sink.append(chunk);
      sizeBytes += chunk.byteLength;
    },

    complete() {
      if (wholeBytes !== undefined && sizeBytes !== wholeBytes)
        throw resultInvalid(url, `ended after ${sizeBytes} of ${wholeBytes} bytes`);
      checkType();
      return { sizeBytes, mediaType: mediaType! };
    },
  };
}

/** A strong ETag, else the date; a weak one does not promise the same bytes. */
function validatorOf(headers: Readonly<Record<string, string>>): string | undefined {
  const etag = headers['etag'];
  return etag?.startsWith('"') === true ? etag : headers['last-modified'];
}
