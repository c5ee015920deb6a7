import type { BitReader } from './bit-reader.ts';

const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]] as const;

/** Reads one channel of one frame (RFC 9639, 9.2). @throws RangeError for codes that the specification reserves */
export function readSubframe(bits: BitReader, length: number, sampleBits: number): Int32Array {
  bits.read(1);
  const type = bits.read(6);
  const wasted = bits.read(1) === 1 ? bits.readUnary() + 1 : 0;
  const width = sampleBits - wasted;
  const samples = new Int32Array(length);
  if (type === 0) samples.fill(bits.readSigned(width));
  else if (type === 1) for (let index = 0; index < length; index++) samples[index] = bits.readSigned(width);
  else if (type >= 8 && type <= 12) readFixed(bits, samples, type - 8, width);
  else if (type >= 32) readLinear(bits, samples, type - 31, width);
  else throw new RangeError(`a subframe has the reserved type ${type}`);
  if (wasted > 0) for (let index = 0; index < length; index++) samples[index]! *= 2 ** wasted;
  return samples;
}

function readFixed(bits: BitReader, samples: Int32Array, order: number, width: number): void {
  for (let index = 0; index < order; index++) samples[index] = bits.readSigned(width);
  readResidual(bits, samples, order);
  predict(samples, FIXED[order]!, 0);
}

function readLinear(bits: BitReader, samples: Int32Array, order: number, width: number): void {
  for (let index = 0; index < order; index++) samples[index] = bits.readSigned(width);
  const precision = bits.read(4) + 1;
  const shift = bits.readSigned(5);
  if (shift < 0) throw new RangeError('a predictor shifts to the left');
  const weights = Array.from({ length: order }, () => bits.readSigned(precision));
  readResidual(bits, samples, order);
  predict(samples, weights, shift);
}

function predict(samples: Int32Array, weights: readonly number[], shift: number): void {
  const order = weights.length;
  for (let index = order; index < samples.length; index++) {
    let sum = 0;
    for (let back = 0; back < order; back++) sum += weights[back]! * samples[index - 1 - back]!;
    // The sum may exceed 32 bits, where the shift operator would cut it off.
    samples[index]! += shift === 0 ? sum : Math.floor(sum / 2 ** shift);
  }
}

/** The residual of each sample after the first `order`, into the place of the sample. */
function readResidual(bits: BitReader, samples: Int32Array, order: number): void {
  const method = bits.read(2);
  if (method > 1) throw new RangeError(`a residual has the reserved method ${method}`);
  const parameterBits = method === 0 ? 4 : 5;
  const escape = 2 ** parameterBits - 1;
  const partitions = 2 ** bits.read(4);
  const size = samples.length / partitions;
  let index = order;
  for (let partition = 1; partition <= partitions; partition++) {
    const parameter = bits.read(parameterBits);
    const rawBits = parameter === escape ? bits.read(5) : 0;
    for (; index < partition * size; index++) {
      samples[index] = parameter === escape ? bits.readSigned(rawBits) : readRice(bits, parameter);
    }
  }
}

function readRice(bits: BitReader, parameter: number): number {
  const folded = bits.readUnary() * 2 ** parameter + bits.read(parameter);
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}
