import { LYRICS_MAX_BYTES, PLAN_LIMITS, type SongFormat } from '@framesong/composer';
import { SongFormat as WireFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import { invalidArgument, type FieldViolation } from '@framesong/errors';
import { checkCacheOptions, checkJobTerms } from '@framesong/job-api';
import { msOfDuration } from '@framesong/rpc';

/** A request as far as it can be understood without the composer, which looks at lyrics, style and key. */
export interface CheckedSong {
  readonly request: SongRequest;
  readonly lyrics: string | undefined;
  readonly durationSeconds: number | undefined;
  /** As asked; empty: the usual ones. */
  readonly formats: readonly SongFormat[];
  readonly runTimeoutMs: number | undefined;
  /** What is wrong so far; what follows from a fault is not used. */
  readonly faults: readonly FieldViolation[];
}

const MAX_STYLE_CHARACTERS = 500;
const FORMATS: Readonly<Partial<Record<WireFormat, SongFormat>>> = {
  [WireFormat.WAV]: 'wav',
  [WireFormat.FLAC]: 'flac',
  [WireFormat.MP3]: 'mp3',
  [WireFormat.OGG]: 'ogg',
  [WireFormat.OPUS]: 'opus',
  [WireFormat.MIDI]: 'midi',
  [WireFormat.LRC]: 'lrc',
};

/**
 * Checks what can be checked without reading the lyrics.
 * @throws FramesongError INVALID_ARGUMENT when there is no request at all
 */
export function checkSong(request: SongRequest | undefined): CheckedSong {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field: `request.${field}`, description });
  if (!request) throw invalidArgument([{ field: 'request', description: 'is missing; describe the song in it' }]);
  const hasLyrics = request.lyrics.trim() !== '';
  const durationMs = msOfDuration(request.duration);
  const lyricsBytes = Buffer.byteLength(request.lyrics);
  if (lyricsBytes > LYRICS_MAX_BYTES) fault('lyrics', lyricsTooLong(lyricsBytes));
  if (!hasLyrics && durationMs === undefined) {
    fault('lyrics', 'are missing; write some, or set a duration for an instrumental');
  }
  const { durationSeconds, bpm } = PLAN_LIMITS;
  if (
    durationMs !== undefined &&
    !(durationMs >= durationSeconds.min * 1000 && durationMs <= durationSeconds.max * 1000)
  ) {
    const range = `${durationSeconds.min} s to ${durationSeconds.max} s`;
    fault('duration', `must be ${range}, is ${durationMs / 1000} s; leave it out to take as long as the lyrics need`);
  }
  if (request.bpm !== 0 && (request.bpm < bpm.min || request.bpm > bpm.max)) {
    fault(
      'bpm',
      `must be ${bpm.min} to ${bpm.max} beats per minute, is ${request.bpm}; leave it out to let the style decide`,
    );
  }
  if (request.style.length > MAX_STYLE_CHARACTERS) {
    fault('style', `has ${request.style.length} characters, at most ${MAX_STYLE_CHARACTERS} are taken`);
  }
  const formats = checkFormats(request.outputFormats, hasLyrics, fault);
  checkJobTerms(request, fault);
  checkCacheOptions(request.cache, request.seed, fault);
  return {
    request,
    lyrics: hasLyrics ? request.lyrics : undefined,
    durationSeconds: durationMs === undefined ? undefined : durationMs / 1000,
    formats,
    runTimeoutMs: msOfDuration(request.runTimeout),
    faults,
  };
}

/** What is said of lyrics over their limit. */
export function lyricsTooLong(sizeBytes: number): string {
  return `have ${sizeBytes} bytes, at most ${LYRICS_MAX_BYTES} (64 KiB) are taken; shorten them`;
}

type Fault = (field: string, description: string) => unknown;

/** The formats by name, each once; faults for what is none, and for lyrics that there are not. */
export function checkFormats(wanted: readonly WireFormat[], hasLyrics: boolean, fault: Fault): SongFormat[] {
  const formats = [...new Set(wanted)].map((format) => FORMATS[format]);
  if (formats.includes(undefined))
    fault('output_formats', 'takes SONG_FORMAT_WAV, _FLAC, _MP3, _OGG, _OPUS, _MIDI and _LRC');
  if (formats.includes('lrc') && !hasLyrics) fault('output_formats', 'names LRC, which needs lyrics');
  return formats.filter((format) => format !== undefined);
}
