import { decodeSoundFile } from '../decode/decode-sound.ts';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import type { Stretch } from './compare-mixes.ts';
import { SEGMENT_MEDIA_TYPE, writeFlac } from './segment-file.ts';

/** A stretch of a finished segment. */
export interface SegmentStretch extends Stretch {
  readonly path: string;
}

/** What stands around a section that is to be made. */
export interface Surroundings {
  readonly before?: SegmentStretch;
  readonly after?: SegmentStretch;
  /** How long the section is to be. */
  readonly gapSeconds: number;
}

/**
 * The sound before a section, silence as long as the section, and the sound after it, in one file of FLAC: for engines that fill
 * a gap.
 * @returns where the gap is
 */
export async function writeSurroundings({ before, after, gapSeconds }: Surroundings, path: string): Promise<Stretch> {
  const [ahead, behind] = [await samplesOf(before), await samplesOf(after)];
  const start = ahead?.left.length ?? 0;
  const end = start + Math.round(gapSeconds * SAMPLE_RATE_HZ);
  const join = (side: 'left' | 'right') => {
    const whole = new Float32Array(end + (behind?.[side].length ?? 0));
    if (ahead) whole.set(ahead[side]);
    if (behind) whole.set(behind[side], end);
    return whole;
  };
  await writeFlac({ left: join('left'), right: join('right') }, path);
  return { startSeconds: start / SAMPLE_RATE_HZ, endSeconds: end / SAMPLE_RATE_HZ };
}

async function samplesOf(stretch: SegmentStretch | undefined) {
  if (!stretch) return undefined;
  const { left, right } = await decodeSoundFile(stretch.path, SEGMENT_MEDIA_TYPE);
  const [from, to] = [stretch.startSeconds, stretch.endSeconds].map((seconds) => Math.round(seconds * SAMPLE_RATE_HZ));
  return { left: left.slice(from, to), right: right.slice(from, to) };
}
