import type { BitWriter } from './bit-writer.ts';

const HIGHEST_ORDER = 4;
const HIGHEST_RICE_PARAMETER = 14;
const FIXED_PREDICTOR = 8;

/** One channel of one frame, predicted and ready to be written. */
export interface Subframe {
  readonly bits: number;
  write(out: BitWriter): void;
}

/** Chooses the fixed predictor (order 0 to 4) whose residual takes the fewest bits (RFC 9639, 9.2.5). */
export function planSubframe(samples: Int32Array, bitsPerSample: number): Subframe {
  let residual = samples;
  let best = { order: 0, residual, riceParameter: 0, bits: Infinity };
  for (let order = 0; order <= Math.min(HIGHEST_ORDER, samples.length - 1); order++) {
    if (order > 0) residual = difference(residual, order);
    const riceParameter = riceParameterFor(residual, order);
    const bits = 8 + order * bitsPerSample + 10 + riceBits(residual, order, riceParameter);
    if (bits < best.bits) best = { order, residual, riceParameter, bits };
  }
  return {
    bits: best.bits,
    write(out) {
      out.write(0, 1);
      out.write(FIXED_PREDICTOR | best.order, 6);
      out.write(0, 1); // no wasted bits
      for (let index = 0; index < best.order; index++) out.write(samples[index]!, bitsPerSample);
      out.write(0, 2); // Rice code with 4-bit parameters
      out.write(0, 4); // one partition
      out.write(best.riceParameter, 4);
      for (let index = best.order; index < samples.length; index++) {
        const folded = fold(best.residual[index]!);
        out.writeUnary(folded >>> best.riceParameter);
        out.write(folded & ((1 << best.riceParameter) - 1), best.riceParameter);
      }
    },
  };
}

function difference(values: Int32Array, from: number): Int32Array {
  const out = new Int32Array(values.length);
  for (let index = from; index < values.length; index++) out[index] = values[index]! - values[index - 1]!;
  return out;
}

/** Rice coding is shortest when the parameter is about the logarithm of the mean. */
function riceParameterFor(residual: Int32Array, from: number): number {
  let sum = 0;
  for (let index = from; index < residual.length; index++) sum += Math.abs(residual[index]!);
  const mean = sum / (residual.length - from);
  return Math.max(0, Math.min(HIGHEST_RICE_PARAMETER, Math.floor(Math.log2(mean * 1.386 + 1e-9))));
}

function riceBits(residual: Int32Array, from: number, parameter: number): number {
  let bits = 0;
  for (let index = from; index < residual.length; index++)
    bits += (fold(residual[index]!) >>> parameter) + 1 + parameter;
  return bits;
}

/** Signed to unsigned: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4. */
function fold(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}
