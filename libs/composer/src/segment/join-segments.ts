import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '@framesong/errors';
import { decodeSoundFile } from '../decode/decode-sound.ts';
import { SAMPLE_RATE_HZ, SONG_TAIL_SECONDS, type StereoPcm } from '../engine.ts';
import { createLimiter } from '../master/limiter.ts';
import { LIMITER_CEILING_DBTP, TARGET_LUFS, TRUE_PEAK_LIMIT_DBTP } from '../master/levels.ts';
import { integratedLufs, measureLoudness, type Loudness } from '../master/loudness.ts';
import { createSoundFile, type SoundFile } from '../master/sound-file.ts';
import type { Sound } from '../master/sound-source.ts';
import { SEGMENT_MEDIA_TYPE } from './segment-file.ts';

/** A finished segment and how long it is without its tail: the next one begins there. */
export interface SegmentToJoin {
  readonly path: string;
  readonly bodySeconds: number;
}

/** A finished song on disk, to be discarded by whoever joined it. */
export interface Mix {
  readonly sound: SoundFile;
  readonly loudness: Loudness;
  /** The one gain that the sum of the segments got at the end. */
  readonly gainDb: number;
  /** Where each segment begins. */
  readonly startsSeconds: readonly number[];
  readonly warnings: readonly string[];
}

/** The peaks of the mix stay this far below the limit when the last gain raises them. */
const MOST_GAIN_DB = TRUE_PEAK_LIMIT_DBTP - LIMITER_CEILING_DBTP - 0.05;
const LOUDNESS_TOLERANCE_LU = 0.4;
const RESCUE_PASSES = 6;
const FADE_SAMPLES = Math.round(1.6 * SAMPLE_RATE_HZ);
const PIECE_FRAMES = 2 ** 16;

/**
 * Joins finished segments to a song in a file: each is added where the one before it ends, under the tail of that one; peaks
 * of the sum are limited where tails add up; then one constant gain to -14 LUFS. So a mix with one segment exchanged differs
 * from the one before, outside that segment and its tail, by that gain alone. Memory holds one segment at a time.
 *
 * @param path where the mix is to lie until it is discarded
 * @throws FramesongError of `signal` when it fires
 */
export async function joinSegments(
  segments: readonly SegmentToJoin[],
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Mix> {
  const { sum, startsSeconds } = await sumOfSegments(segments, path, options);
  const wantedDb = TARGET_LUFS - integratedLufs(sum(0), SAMPLE_RATE_HZ);
  const gainDb = Number.isFinite(wantedDb) ? Math.min(wantedDb, MOST_GAIN_DB) : 0;
  let sound = sum(gainDb);
  const warnings: string[] = [];
  if (wantedDb - gainDb > LOUDNESS_TOLERANCE_LU) {
    for (let pass = 0; pass < RESCUE_PASSES; pass++) {
      const limited = limitOnceMore(sound, `${path}.${pass}`);
      await sound.discard();
      sound = limited;
    }
    warnings.push(
      'the whole song was limited once more to reach its loudness: parts of it are much quieter than planned',
    );
  }
  return { sound, loudness: measureLoudness(sound, SAMPLE_RATE_HZ), gainDb, startsSeconds, warnings };
}

/** The segments added up, before the gain that brings the whole to its loudness. */
async function sumOfSegments(
  segments: readonly SegmentToJoin[],
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ sum: (gainDb: number) => SoundFile; startsSeconds: number[] }> {
  let endSeconds = 0;
  const startsSeconds = segments.map(({ bodySeconds }) => {
    const start = endSeconds;
    endSeconds += bodySeconds;
    return start;
  });
  const total = Math.round((endSeconds + SONG_TAIL_SECONDS) * SAMPLE_RATE_HZ);
  const file = createSoundFile(path);
  const limiter = createLimiter(LIMITER_CEILING_DBTP);
  let written = 0;
  /** Appends what is limited; the end of the song, once it is known, fades out. */
  const append = (pcm: StereoPcm, end = Infinity): void => {
    fadeOut(pcm, written, end);
    written += pcm.left.length;
    file.append(pcm);
  };
  const push = (pcm: StereoPcm, end = Infinity): void => {
    for (let start = 0; start < pcm.left.length; start += PIECE_FRAMES) {
      append(limiter.push(cut(pcm, start, start + PIECE_FRAMES)), end);
    }
  };
  /** The sum of all segments so far, from sample `from` on. */
  let room: StereoPcm = { left: new Float32Array(0), right: new Float32Array(0) };
  let from = 0;
  for (const [index, segment] of segments.entries()) {
    await setImmediate();
    throwIfAborted(signal);
    const at = Math.round(startsSeconds[index]! * SAMPLE_RATE_HZ);
    // What lies before this segment is summed up; the last part waits, for the song may fade out there.
    const finished = Math.min(room.left.length, Math.max(0, at - FADE_SAMPLES - from));
    push(cut(room, 0, finished));
    const sound = await decodeSoundFile(segment.path, SEGMENT_MEDIA_TYPE);
    room = added(cut(room, finished, room.left.length), sound, at - from - finished);
    from += finished;
  }
  const end = Math.min(total, from + room.left.length);
  push(cut(room, 0, end - from), end);
  append(limiter.finish(), end);
  throwIfAborted(signal);
  return { sum: (gainDb) => file.finish(gainDb), startsSeconds };
}

function limitOnceMore(sound: Sound, path: string): SoundFile {
  const gain = 10 ** ((TARGET_LUFS - integratedLufs(sound, SAMPLE_RATE_HZ)) / 20);
  const file = createSoundFile(path);
  const limiter = createLimiter(LIMITER_CEILING_DBTP);
  for (let start = 0; start < sound.frames; start += PIECE_FRAMES) {
    const { left, right } = sound.read(start, start + PIECE_FRAMES);
    file.append(limiter.push({ left: left.map((one) => one * gain), right: right.map((one) => one * gain) }));
  }
  file.append(limiter.finish());
  return file.finish(0);
}

function cut({ left, right }: StereoPcm, start: number, end: number): StereoPcm {
  return { left: left.subarray(start, end), right: right.subarray(start, end) };
}

/** `room` with a segment added from sample `at` of it on. */
function added(room: StereoPcm, segment: StereoPcm, at: number): StereoPcm {
  const length = Math.max(room.left.length, at + segment.left.length);
  const sum = { left: new Float32Array(length), right: new Float32Array(length) };
  for (const side of ['left', 'right'] as const) {
    sum[side].set(room[side]);
    for (let sample = 0; sample < segment[side].length; sample++) sum[side][at + sample]! += segment[side][sample]!;
  }
  return sum;
}

/** Fades out the part of the last samples before `end` that a piece holds; it begins at sample `from`. */
function fadeOut(piece: StereoPcm, from: number, end: number): void {
  const start = Math.max(0, end - FADE_SAMPLES);
  const fade = end - start;
  for (let index = Math.max(0, start - from); index < piece.left.length; index++) {
    const gain = 0.5 + 0.5 * Math.cos((Math.PI * (from + index - start)) / fade);
    piece.left[index]! *= gain;
    piece.right[index]! *= gain;
  }
}
