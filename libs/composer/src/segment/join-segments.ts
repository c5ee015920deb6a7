import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '@framesong/errors';
import { decodeSoundFile } from '../decode/decode-sound.ts';
import { SAMPLE_RATE_HZ, SONG_TAIL_SECONDS, type StereoPcm } from '../engine.ts';
import { limit } from '../master/limiter.ts';
import { amplify, LIMITER_CEILING_DBTP, TARGET_LUFS, TRUE_PEAK_LIMIT_DBTP } from '../master/levels.ts';
import { integratedLufs, measureLoudness, type Loudness } from '../master/loudness.ts';
import { SEGMENT_MEDIA_TYPE } from './segment-file.ts';

/** A finished segment and how long it is without its tail: the next one begins there. */
export interface SegmentToJoin {
  readonly path: string;
  readonly bodySeconds: number;
}

/** A finished song. */
export interface Mix {
  readonly pcm: StereoPcm;
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
const FADE_SECONDS = 1.6;

/**
 * Joins finished segments to a song: each is added where the one before it ends, under the tail of that one; peaks of the sum
 * are limited where tails add up; then one constant gain to -14 LUFS. So a mix with one segment exchanged differs from the
 * one before, outside that segment and its tail, by that gain alone.
 *
 * @throws FramesongError of `signal` when it fires
 */
export async function joinSegments(
  segments: readonly SegmentToJoin[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Mix> {
  const { pcm, startsSeconds } = await sumOfSegments(segments, options);
  const wantedDb = TARGET_LUFS - integratedLufs(pcm, SAMPLE_RATE_HZ);
  const gainDb = Number.isFinite(wantedDb) ? Math.min(wantedDb, MOST_GAIN_DB) : 0;
  amplify(pcm, gainDb);
  const warnings: string[] = [];
  if (wantedDb - gainDb > LOUDNESS_TOLERANCE_LU) {
    for (let pass = 0; pass < RESCUE_PASSES; pass++) {
      amplify(pcm, TARGET_LUFS - integratedLufs(pcm, SAMPLE_RATE_HZ));
      limit(pcm, LIMITER_CEILING_DBTP);
    }
    warnings.push(
      'the whole song was limited once more to reach its loudness: parts of it are much quieter than planned',
    );
  }
  return { pcm, loudness: measureLoudness(pcm, SAMPLE_RATE_HZ), gainDb, startsSeconds, warnings };
}

/** The segments added up, before the gain that brings the whole to its loudness. */
async function sumOfSegments(
  segments: readonly SegmentToJoin[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ pcm: StereoPcm; startsSeconds: number[] }> {
  let endSeconds = 0;
  const startsSeconds = segments.map(({ bodySeconds }) => {
    const start = endSeconds;
    endSeconds += bodySeconds;
    return start;
  });
  const total = Math.round((endSeconds + SONG_TAIL_SECONDS) * SAMPLE_RATE_HZ);
  const room = { left: new Float32Array(total), right: new Float32Array(total) };
  let end = 0;
  for (const [index, { path }] of segments.entries()) {
    await setImmediate();
    throwIfAborted(signal);
    const segment = await decodeSoundFile(path, SEGMENT_MEDIA_TYPE);
    const at = Math.round(startsSeconds[index]! * SAMPLE_RATE_HZ);
    add(room, segment, at);
    end = Math.min(total, at + segment.left.length);
  }
  const pcm = { left: room.left.subarray(0, end), right: room.right.subarray(0, end) };
  limit(pcm, LIMITER_CEILING_DBTP);
  fadeOut(pcm);
  throwIfAborted(signal);
  return { pcm, startsSeconds };
}

function add(pcm: StereoPcm, segment: StereoPcm, at: number): void {
  const count = Math.min(segment.left.length, pcm.left.length - at);
  for (let sample = 0; sample < count; sample++) {
    pcm.left[at + sample]! += segment.left[sample]!;
    pcm.right[at + sample]! += segment.right[sample]!;
  }
}

function fadeOut(pcm: StereoPcm): void {
  const fade = Math.min(pcm.left.length, Math.round(FADE_SECONDS * SAMPLE_RATE_HZ));
  const start = pcm.left.length - fade;
  for (let index = 0; index < fade; index++) {
    const gain = 0.5 + 0.5 * Math.cos((Math.PI * index) / fade);
    pcm.left[start + index]! *= gain;
    pcm.right[start + index]! *= gain;
  }
}
