import type { FlatTable } from './flat-table.ts';

/** Numbers with a shape; pictures are [1, height, width, channels]. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What one operator of the graph is told besides its inputs. */
export interface OperatorOptions {
  /** The operator's own table; absent when everything is at its default. */
  readonly table: FlatTable | undefined;
  /** Raw options of a custom operator; empty for a built-in one. */
  readonly custom: DataView;
}

/** Computes one operator's output. */
export type Operator = (inputs: readonly Tensor[], options: OperatorOptions) => Tensor;

/** The last three sizes of a picture tensor. */
export function pictureShape(tensor: Tensor): { height: number; width: number; channels: number } {
  const [, height = 1, width = 1, channels = 1] = tensor.shape;
  return { height, width, channels };
}

/** Applies a fused activation in place: 0 none, 1 ReLU, 3 ReLU6 (ActivationFunctionType of the TFLite schema). */
export function activate(data: Float32Array, activation: number): Float32Array {
  if (activation === 0) return data;
  const limit = activation === 3 ? 6 : Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    data[i] = value < 0 ? 0 : value > limit ? limit : value;
  }
  return data;
}

/** Output length and leading padding of a sliding window along one side; `same` keeps the length but for the stride. */
export function slidingWindow(length: number, window: number, stride: number, same: boolean): [number, number] {
  if (!same) return [Math.floor((length - window) / stride) + 1, 0];
  const out = Math.ceil(length / stride);
  return [out, Math.max(0, (out - 1) * stride + window - length) >> 1];
}
