import { SAMPLE_RATE_HZ } from '../engine.ts';
import { decibelsOf } from '../master/decibels.ts';
import { soundOf, type SoundSource } from '../master/sound-source.ts';

/** A stretch of a song, in seconds. */
export interface Stretch {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** How a song differs from an earlier one outside a stretch. */
export interface MixDifference {
  /** The constant gain, measured over all samples outside. */
  readonly gainDb: number;
  /** The largest sample of what that gain does not explain, in dB below full scale; at least -200. */
  readonly residualDbfs: number;
}

const SILENCE_DBFS = -200;
const PIECE_FRAMES = 2 ** 16;

/** Compares two songs outside `stretch`, sample by sample. */
export function compareOutside(before: SoundSource, after: SoundSource, stretch: Stretch): MixDifference {
  const [one, other] = [soundOf(before), soundOf(after)];
  const total = Math.min(one.frames, other.frames);
  const from = Math.round(stretch.startSeconds * SAMPLE_RATE_HZ);
  const to = Math.round(stretch.endSeconds * SAMPLE_RATE_HZ);
  const outside = (visit: (sample: number, later: number) => void) => {
    for (let start = 0; start < total; start += PIECE_FRAMES) {
      const end = Math.min(total, start + PIECE_FRAMES);
      const [first, second] = [one.read(start, end), other.read(start, end)];
      for (const side of ['left', 'right'] as const) {
        for (let index = start; index < end; index++) {
          if (index < from || index >= to) visit(first[side][index - start]!, second[side][index - start]!);
        }
      }
    }
  };
  let [both, own] = [0, 0];
  outside((sample, later) => {
    both += sample * later;
    own += sample * sample;
  });
  const gain = own > 0 ? both / own : 1;
  let residual = 0;
  outside((sample, later) => (residual = Math.max(residual, Math.abs(later - sample * gain))));
  return { gainDb: decibelsOf(gain), residualDbfs: Math.max(SILENCE_DBFS, decibelsOf(residual)) };
}
