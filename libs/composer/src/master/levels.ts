import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { gainOf } from './decibels.ts';
import { integratedLufs } from './loudness.ts';

/** The loudness that songs are brought to. */
export const TARGET_LUFS = -14;
/** What no song exceeds, at and between samples. */
export const TRUE_PEAK_LIMIT_DBTP = -1;
/** Room below the limit for what the encoders and other interpolations add. */
export const LIMITER_CEILING_DBTP = TRUE_PEAK_LIMIT_DBTP - 0.2;

/** Brings a sound to a loudness, in place, by one gain; silence stays. @param measured the part that is to have it */
export function bringTo(pcm: StereoPcm, lufs: number, measured: StereoPcm = pcm): void {
  const now = integratedLufs(measured, SAMPLE_RATE_HZ);
  if (Number.isFinite(now)) amplify(pcm, lufs - now);
}

/** Multiplies a sound, in place. */
export function amplify(pcm: StereoPcm, decibels: number): void {
  const gain = gainOf(decibels);
  for (const side of [pcm.left, pcm.right]) for (let index = 0; index < side.length; index++) side[index]! *= gain;
}
