import { PLAN_LIMITS, type SongFormat } from '@framesong/composer';
import { SongFormat as WireFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import { invalidArgument, notFound, type FieldViolation } from '@framesong/errors';
import { checkJobTerms } from '@framesong/job-api';
import { msOfDuration } from '@framesong/rpc';
import { EMBEDDED } from './music-models.ts';

/** A request whose fields are in range; its lyrics are looked at by the composer. */
export interface CheckedSong {
  readonly request: SongRequest;
  readonly lyrics: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly formats: readonly SongFormat[];
  readonly runTimeoutMs: number | undefined;
}

const MAX_STYLE_CHARACTERS = 500;
const MAX_LYRICS_BYTES = 64 * 1024;
const FORMATS: Readonly<Partial<Record<WireFormat, SongFormat>>> = {
  [WireFormat.WAV]: 'wav',
  [WireFormat.FLAC]: 'flac',
  [WireFormat.MP3]: 'mp3',
  [WireFormat.MIDI]: 'midi',
  [WireFormat.LRC]: 'lrc',
};

/**
 * Checks what can be checked without reading the lyrics.
 * @throws FramesongError INVALID_ARGUMENT with every fault at once; NOT_FOUND for an unknown engine
 */
export function checkSong(request: SongRequest | undefined): CheckedSong {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field: `request.${field}`, description });
  if (!request) throw invalidArgument([{ field: 'request', description: 'is missing; describe the song in it' }]);
  if (request.engine && request.engine !== EMBEDDED) {
    throw notFound('engine', request.engine, `there is ${EMBEDDED}; ListMusicModels tells more`);
  }
  const hasLyrics = request.lyrics.trim() !== '';
  const durationMs = msOfDuration(request.duration);
  const lyricsBytes = Buffer.byteLength(request.lyrics);
  if (lyricsBytes > MAX_LYRICS_BYTES) {
    fault('lyrics', `have ${lyricsBytes} bytes, at most ${MAX_LYRICS_BYTES} are taken; shorten them`);
  }
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
  const formats = formatsOf(request, hasLyrics, fault);
  checkJobTerms(request, fault);
  if (faults.length > 0) throw invalidArgument(faults);
  return {
    request,
    lyrics: hasLyrics ? request.lyrics : undefined,
    durationSeconds: durationMs === undefined ? undefined : durationMs / 1000,
    formats,
    runTimeoutMs: msOfDuration(request.runTimeout),
  };
}

type Fault = (field: string, description: string) => unknown;

function formatsOf(request: SongRequest, hasLyrics: boolean, fault: Fault): SongFormat[] {
  if (request.outputFormats.length === 0) return ['flac', 'mp3', 'midi', ...(hasLyrics ? (['lrc'] as const) : [])];
  const formats = [...new Set(request.outputFormats)].map((format) => FORMATS[format]);
  if (formats.includes(undefined)) fault('output_formats', 'takes SONG_FORMAT_WAV, _FLAC, _MP3, _MIDI and _LRC');
  if (formats.includes('lrc') && !hasLyrics) fault('output_formats', 'names LRC, which needs lyrics');
  return formats.filter((format) => format !== undefined);
}
