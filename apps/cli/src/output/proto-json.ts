import { FirstFrame, FirstFramePreview, FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { Song, SongRequest } from '@framesong/contracts/music/v1/song';
import {
  BadRequest,
  ErrorInfo,
  LocalizedMessage,
  PreconditionFailure,
  ResourceInfo,
  RetryInfo,
} from '@framesong/contracts/google/rpc/error_details';

/** What the generated code offers for a type of message. */
export interface MessageType<T> {
  toJSON(message: T): unknown;
}

/** How the JSON of one type of message is made from its bytes. */
type Unpack = (bytes: Uint8Array) => unknown;

function unpack<T>(type: MessageType<T> & { decode(bytes: Uint8Array): T }): Unpack {
  return (bytes) => type.toJSON(type.decode(bytes));
}

/** Types that an Any of the contract may hold. */
const PACKED: Readonly<Record<string, Unpack>> = {
  'framesong.image.v1.FirstFrame': unpack(FirstFrame),
  'framesong.image.v1.FirstFramePreview': unpack(FirstFramePreview),
  'framesong.image.v1.FirstFrameRequest': unpack(FirstFrameRequest),
  'framesong.music.v1.Song': unpack(Song),
  'framesong.music.v1.SongRequest': unpack(SongRequest),
  'google.rpc.BadRequest': unpack(BadRequest),
  'google.rpc.ErrorInfo': unpack(ErrorInfo),
  'google.rpc.LocalizedMessage': unpack(LocalizedMessage),
  'google.rpc.PreconditionFailure': unpack(PreconditionFailure),
  'google.rpc.ResourceInfo': unpack(ResourceInfo),
  'google.rpc.RetryInfo': unpack(RetryInfo),
};

/** Fields that are durations; a duration of zero has no other mark in what the generated code makes. */
const DURATIONS = new Set([
  'startOffset',
  'duration',
  'runTimeout',
  'runTime',
  'start',
  'lastEventAge',
  'retryDelay',
  'min',
  'max',
  'stalledAfter',
  'percentAge',
  'timeout',
  'oldestAge',
]);
/** Fields that hold bytes, which are left out. */
const BYTES = new Set(['inline', 'chunk']);

/**
 * A message as proto3 JSON: camelCase names, 64-bit numbers as texts, enums by name, times in ISO 8601, durations as `1.5s`,
 * and what an Any holds under its `@type`. Bytes are left out. Source: protobuf.dev/programming-guides/json.
 */
export function protoJson<T>(type: MessageType<T>, message: T): Record<string, unknown> {
  return converted(type.toJSON(message)) as Record<string, unknown>;
}

function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (typeof fields['typeUrl'] === 'string') return unpacked(fields['typeUrl'], fields['value']);
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => !BYTES.has(name))
      .map(([name, field]) => [name, isDuration(name, field) ? durationText(field) : converted(field)]),
  );
}

function unpacked(typeUrl: string, value: unknown): Record<string, unknown> {
  const type = PACKED[typeUrl.slice(typeUrl.lastIndexOf('/') + 1)];
  if (!type) return { '@type': typeUrl };
  const json = type(Buffer.from(typeof value === 'string' ? value : '', 'base64'));
  return { '@type': typeUrl, ...(converted(json) as Record<string, unknown>) };
}

interface DurationJson {
  readonly seconds?: string;
  readonly nanos?: number;
}

function isDuration(name: string, value: unknown): value is DurationJson {
  return DURATIONS.has(name) && typeof value === 'object' && value !== null;
}

function durationText({ seconds = '0', nanos = 0 }: DurationJson): string {
  const sign = nanos < 0 && !seconds.startsWith('-') ? '-' : '';
  const fraction =
    nanos === 0
      ? ''
      : `.${String(Math.abs(nanos))
          .padStart(9, '0')
          .replace(/(000)+$/, '')}`;
  return `${sign}${seconds}${fraction}s`;
}
