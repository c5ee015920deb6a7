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
  const gainAfter = createGain(ceilingDbtp);
  const total = pcm.left.length;
  for (let ahead = 0; ahead < total + LOOKAHEAD_SAMPLES; ahead++) {
    const gain = gainAfter(ahead < total ? truePeakAt(pcm, ahead) : 0);
    const index = ahead - LOOKAHEAD_SAMPLES;
    if (index < 0) continue;
    pcm.left[index]! *= gain;
    pcm.right[index]! *= gain;
  }
}

/** A limiter that is fed with pieces. */
export interface Limiter {
  /** Gives what is finished: it lags a few milliseconds behind what came in. */
  push(pcm: StereoPcm): StereoPcm;
  /** Gives the rest. */
  finish(): StereoPcm;
}

/** What {@link limit} does, for a recording that comes in pieces: the same samples. */
export function createLimiter(ceilingDbtp: number): Limiter {
  const gainAfter = createGain(ceilingDbtp);
  let waiting: StereoPcm = { left: new Float32Array(0), right: new Float32Array(0) };
  /** Samples at the start of `waiting` that were given out already, and are kept for the interpolation. */
  let given = 0;
  /** Where in `waiting` the next peak is looked for. */
  let ahead = 0;
  const work = (until: number): StereoPcm => {
    const count = Math.max(0, until - LOOKAHEAD_SAMPLES - given);
    const out = { left: new Float32Array(count), right: new Float32Array(count) };
    for (; ahead < until; ahead++) {
      const gain = gainAfter(ahead < waiting.left.length ? truePeakAt(waiting, ahead) : 0);
      const index = ahead - LOOKAHEAD_SAMPLES;
      if (index < given) continue;
      out.left[index - given] = waiting.left[index]! * gain;
      out.right[index - given] = waiting.right[index]! * gain;
    }
    given += count;
    return out;
  };
  return {
    push(pcm) {
      const kept = Math.max(0, given - 2 * TRUE_PEAK_LOOKAHEAD);
      waiting = { left: append(waiting.left, kept, pcm.left), right: append(waiting.right, kept, pcm.right) };
      given -= kept;
      ahead -= kept;
      return work(Math.max(ahead, waiting.left.length - TRUE_PEAK_LOOKAHEAD));
    },
    finish: () => work(waiting.left.length + LOOKAHEAD_SAMPLES),
  };
}

function append(before: Float32Array, from: number, more: Float32Array): Float32Array {
  const both = new Float32Array(before.length - from + more.length);
  both.set(before.subarray(from));
  both.set(more, before.length - from);
  return both;
}

/** Gives, for the peak at each sample in turn, the gain of the sample that lies the look-ahead before it. */
function createGain(ceilingDbtp: number): (peak: number) => number {
  const ceiling = gainOf(ceilingDbtp);
  const release = 1 - Math.exp(-1 / (SAMPLE_RATE_HZ * RELEASE_SECONDS));
  const lowest = createSlidingMinimum(LOOKAHEAD_SAMPLES + 1);
  const recent = new Float64Array(LOOKAHEAD_SAMPLES).fill(1);
  let sum = LOOKAHEAD_SAMPLES;
  let held = 1;
  let slot = 0;
  return (peak) => {
    const needed = lowest.push(peak > ceiling ? ceiling / peak : 1);
    const released = held + (1 - held) * release;
    held = Math.min(needed, released > NO_GAIN ? 1 : released);
    // The mean over the look-ahead turns each step of `held` into a ramp that ends where the peak is.
    sum += held - recent[slot]!;
    recent[slot] = held;
    slot = slot + 1 === LOOKAHEAD_SAMPLES ? 0 : slot + 1;
    return Math.min(1, sum / LOOKAHEAD_SAMPLES);
  };
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
