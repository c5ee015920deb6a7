import { FramesongError } from '@framesong/errors';
import { convolution, depthwiseConvolution, transposeConvolution } from './convolution.ts';
import { add, dequantize, hardSwish, logistic, multiply, relu } from './elementwise.ts';
import { FlatTable } from './flat-table.ts';
import { averagePool, resizeBilinear } from './resampling.ts';
import type { Operator, OperatorOptions, Tensor } from './tensor.ts';

// Keys are BuiltinOperator numbers of the TFLite schema; a custom operator goes by its name.
const OPERATORS: Readonly<Record<string, Operator>> = {
  0: add,
  1: averagePool,
  3: convolution,
  4: depthwiseConvolution,
  6: dequantize,
  14: logistic,
  18: multiply,
  19: relu,
  23: resizeBilinear,
  117: hardSwish,
  Convolution2DTransposeBias: transposeConvolution,
};
const CUSTOM = 32;

interface Step {
  readonly run: Operator;
  readonly options: OperatorOptions;
  readonly inputs: readonly number[];
  readonly output: number;
}

/**
 * A TensorFlow Lite model with one input and one output, run in plain TypeScript: the eleven float operators that small
 * picture models need. Deterministic.
 * Source: tensorflow/lite/schema/schema.fbs
 */
export interface TfliteModel {
  readonly inputShape: readonly number[];
  run(input: Float32Array): Tensor;
}

/** Reads a `.tflite` file. Throws FAILED_PRECONDITION / MODEL_UNSUPPORTED when it needs another operator or number type. */
export function readTfliteModel(file: Uint8Array): TfliteModel {
  const model = FlatTable.root(new DataView(file.buffer, file.byteOffset, file.byteLength));
  const codes = model.tables(1).map((code) => {
    const builtin = Math.max(code.int32(3), code.int8(0));
    return builtin === CUSTOM ? code.text(1) : String(builtin);
  });
  const buffers = model.tables(4);
  const graph = model.tables(2)[0];
  if (!graph) throw unsupported('a model without a graph');
  const tensors = graph.tables(0);
  const constants = new Map<number, Tensor>();
  tensors.forEach((tensor, index) => {
    const bytes = buffers[tensor.int32(2)]?.bytes(0);
    if (bytes && bytes.byteLength > 0)
      constants.set(index, { shape: tensor.int32s(0), data: numbersOf(bytes, tensor.int8(1)) });
  });
  const steps: Step[] = graph.tables(3).map((operator) => {
    const name = codes[operator.int32(0)] ?? 'without a code';
    const run = OPERATORS[name];
    if (!run) throw unsupported(`operator ${name}`);
    return {
      run,
      options: { table: operator.table(4), custom: operator.bytes(5) },
      inputs: operator.int32s(1),
      output: operator.int32s(2)[0]!,
    };
  });
  const [inputIndex] = graph.int32s(1);
  const [outputIndex] = graph.int32s(2);
  const inputShape = tensors[inputIndex!]!.int32s(0);
  return {
    inputShape,
    run(input) {
      const values = new Map(constants).set(inputIndex!, { shape: inputShape, data: input });
      for (const step of steps) {
        const inputs = step.inputs.map((index) => values.get(index)!);
        values.set(step.output, step.run(inputs, step.options));
      }
      return values.get(outputIndex!)!;
    },
  };
}

function unsupported(what: string): FramesongError {
  return new FramesongError(
    `the segmentation model cannot be used: ${what} is not supported; use the model of the package`,
    {
      code: 'FAILED_PRECONDITION',
      reason: 'MODEL_UNSUPPORTED',
    },
  );
}

// TensorType of the schema: 0 float32, 1 float16, 2 int32.
function numbersOf(bytes: DataView, type: number): Float32Array {
  if (type === 0) return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getFloat32(4 * i, true));
  if (type === 1)
    return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => widened(bytes.getUint16(2 * i, true)));
  if (type === 2) return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => bytes.getInt32(4 * i, true));
  throw unsupported(`number type ${type}`);
}

// IEEE 754 half precision; weights hold neither infinities nor NaN.
function widened(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
