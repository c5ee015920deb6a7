import type { StereoPcm } from '../engine.ts';
import type { DecodedSound } from './sound.ts';

/** Zero crossings of the sinc to either side. */
const HALF_WIDTH = 24;
/** The band that is kept; the rest is for the slope of the filter. */
const PASS_BAND = 0.95;

/**
 * A sound at another sample rate, by a windowed sinc at each of the phases that the two rates have in common (J. O. Smith,
 * Digital Audio Resampling). What the lower of the two rates cannot hold is filtered out.
 */
export function resample(sound: DecodedSound, toHz: number): StereoPcm {
  if (sound.sampleRateHz === toHz) return sound;
  const divisor = greatestCommonDivisor(sound.sampleRateHz, toHz);
  const [phases, step] = [toHz / divisor, sound.sampleRateHz / divisor];
  const cutoff = Math.min(1, toHz / sound.sampleRateHz) * PASS_BAND;
  const reach = Math.ceil(HALF_WIDTH / cutoff);
  const kernels = new Map<number, Float64Array>();
  const kernelAt = (phase: number) => {
    const known = kernels.get(phase);
    if (known) return known;
    const made = kernelOf(phase / phases, cutoff, reach);
    kernels.set(phase, made);
    return made;
  };
  const total = Math.floor((sound.left.length * phases) / step);
  const convert = (side: Float32Array) => {
    const out = new Float32Array(total);
    for (let index = 0; index < total; index++) {
      const position = index * step;
      const kernel = kernelAt(position % phases);
      const first = Math.floor(position / phases) - reach + 1;
      let sum = 0;
      for (let tap = 0; tap < kernel.length; tap++) sum += kernel[tap]! * (side[first + tap] ?? 0);
      out[index] = sum;
    }
    return out;
  };
  const left = convert(sound.left);
  return { left, right: sound.right === sound.left ? left : convert(sound.right) };
}

/** The weights of the samples around a point that lies `fraction` after a sample. */
function kernelOf(fraction: number, cutoff: number, reach: number): Float64Array {
  const kernel = Float64Array.from({ length: 2 * reach }, (_, tap) => {
    const x = (tap - reach + 1 - fraction) * cutoff;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * (tap - reach + 1 - fraction)) / reach);
    return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  });
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
