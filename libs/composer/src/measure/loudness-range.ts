import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { integratedLufs } from '../master/loudness.ts';

const WINDOW_SECONDS = 3;
const STEP_SECONDS = 1;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = -20;
const LOW_SHARE = 0.1;
const HIGH_SHARE = 0.95;

/** Loudness of three seconds around each second, in LUFS; -Infinity for silence. */
export function shortTermLufs(pcm: StereoPcm): number[] {
  const window = WINDOW_SECONDS * SAMPLE_RATE_HZ;
  const levels: number[] = [];
  for (let start = 0; start + window <= pcm.left.length; start += STEP_SECONDS * SAMPLE_RATE_HZ) {
    const end = start + window;
    levels.push(
      integratedLufs({ left: pcm.left.subarray(start, end), right: pcm.right.subarray(start, end) }, SAMPLE_RATE_HZ),
    );
  }
  return levels;
}

/** Loudness range in LU after EBU Tech 3342: from the tenth to the ninety-fifth percentile of what is not gated out. */
export function loudnessRange(levels: readonly number[]): number {
  const audible = levels.filter((level) => level > ABSOLUTE_GATE_LUFS);
  if (audible.length === 0) return 0;
  const mean = 10 * Math.log10(audible.reduce((sum, level) => sum + 10 ** (level / 10), 0) / audible.length);
  const heard = audible.filter((level) => level > mean + RELATIVE_GATE_LU).sort((a, b) => a - b);
  const at = (share: number) => heard[Math.round((heard.length - 1) * share)]!;
  return at(HIGH_SHARE) - at(LOW_SHARE);
}
