import { activate, type Operator, type Tensor } from './tensor.ts';

// The smaller tensor is repeated: one number, one number per channel, or one per element.
function ordered(inputs: readonly Tensor[]): [Tensor, Tensor] {
  const [first, second] = inputs;
  return second!.data.length > first!.data.length ? [second!, first!] : [first!, second!];
}

/** ADD, with the smaller tensor repeated over the larger one. */
export const add: Operator = (inputs, { table }) => {
  const [large, small] = ordered(inputs);
  const data = new Float32Array(large.data.length);
  const period = small.data.length;
  for (let i = 0, k = 0; i < data.length; i++) {
    data[i] = large.data[i]! + small.data[k]!;
    if (++k === period) k = 0;
  }
  return { shape: large.shape, data: activate(data, table?.int8(0) ?? 0) };
};

/** MUL, with the smaller tensor repeated over the larger one. */
export const multiply: Operator = (inputs, { table }) => {
  const [large, small] = ordered(inputs);
  const data = new Float32Array(large.data.length);
  const period = small.data.length;
  for (let i = 0, k = 0; i < data.length; i++) {
    data[i] = large.data[i]! * small.data[k]!;
    if (++k === period) k = 0;
  }
  return { shape: large.shape, data: activate(data, table?.int8(0) ?? 0) };
};

/** RELU. */
export const relu: Operator = ([input]) => ({ shape: input!.shape, data: activate(input!.data.slice(), 1) });

/** HARD_SWISH: x * ReLU6(x + 3) / 6. */
export const hardSwish: Operator = ([input]) => {
  const data = new Float32Array(input!.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = input!.data[i]!;
    const gate = value + 3;
    data[i] = gate <= 0 ? 0 : gate >= 6 ? value : (value * gate) / 6;
  }
  return { shape: input!.shape, data };
};

/** LOGISTIC: 1 / (1 + e^-x). */
export const logistic: Operator = ([input]) => {
  const data = new Float32Array(input!.data.length);
  for (let i = 0; i < data.length; i++) data[i] = 1 / (1 + Math.exp(-input!.data[i]!));
  return { shape: input!.shape, data };
};

/** DEQUANTIZE of half-precision constants, which are widened already when the model is read. */
export const dequantize: Operator = ([input]) => input!;
