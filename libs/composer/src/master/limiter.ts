import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { gainOf } from './decibels.ts';
import { TRUE_PEAK_LOOKAHEAD, truePeakAt } from './true-peak.ts';

const LOOKAHEAD_SAMPLES = Math.round(SAMPLE_RATE_HZ * 0.004);
const RELEASE_SECONDS = 0.12;
/** A gain this near to 1 is 1: after a peak the sound is soon exactly what it was, and not only almost. */
const NO_GAIN = 1 - 1e-5;

/**
 * Limits both sides in place so that no point at or between samples exceeds `ceilingDbtp`. Looks 4 ms ahead: the gain falls
 * in a ramp before a peak and comes back slowly after it. Both sides get the same gain, so the image stays.
 */
export function limit(pcm: StereoPcm, ceilingDbtp: number): void {
  const ceiling = gainOf(ceilingDbtp);
  const release = 1 - Math.exp(-1 / (SAMPLE_RATE_HZ * RELEASE_SECONDS));
  const lowest = createSlidingMinimum(LOOKAHEAD_SAMPLES + 1);
  const recent = new Float64Array(LOOKAHEAD_SAMPLES).fill(1);
  let sum = LOOKAHEAD_SAMPLES;
  let held = 1;
  const total = pcm.left.length;
  for (let ahead = 0; ahead < total + LOOKAHEAD_SAMPLES; ahead++) {
    const peak = ahead < total ? truePeakAt(pcm, ahead) : 0;
    const needed = lowest.push(peak > ceiling ? ceiling / peak : 1);
    const released = held + (1 - held) * release;
    held = Math.min(needed, released > NO_GAIN ? 1 : released);
    // The mean over the look-ahead turns each step of `held` into a ramp that ends where the peak is.
    const slot = ahead % LOOKAHEAD_SAMPLES;
    sum += held - recent[slot]!;
    recent[slot] = held;
    const index = ahead - LOOKAHEAD_SAMPLES;
    if (index < 0) continue;
    const gain = Math.min(1, sum / LOOKAHEAD_SAMPLES);
    pcm.left[index]! *= gain;
    pcm.right[index]! *= gain;
  }
}

// Output lags far enough behind that the interpolation only sees samples that are not limited yet.
if (LOOKAHEAD_SAMPLES <= 2 * TRUE_PEAK_LOOKAHEAD) throw new Error('the limiter looks ahead too little');

/** The least of the last `length` values, in constant time per value. */
function createSlidingMinimum(length: number): { push(value: number): number } {
  const values = new Float64Array(length + 1);
  const places = new Float64Array(length + 1);
  let head = 0;
  let size = 0;
  let place = 0;
  const at = (offset: number): number => (head + offset) % values.length;
  return {
    push(value) {
      while (size > 0 && values[at(size - 1)]! >= value) size--;
      values[at(size)] = value;
      places[at(size)] = place;
      size++;
      if (places[head]! <= place - length) {
        head = at(1);
        size--;
      }
      place++;
      return values[head]!;
    },
  };
}
