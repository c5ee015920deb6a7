import { activate, pictureShape, slidingWindow, type Operator } from './tensor.ts';

/** CONV_2D without dilation. Weights are [out, height, width, in]. */
export const convolution: Operator = ([input, weights, bias], { table }) => {
  const { height, width, channels } = pictureShape(input!);
  const [outChannels = 0, windowHeight = 0, windowWidth = 0] = weights!.shape;
  const same = (table?.int8(0) ?? 0) === 0;
  const strideX = table?.int32(1) ?? 1;
  const strideY = table?.int32(2) ?? 1;
  const [outHeight, top] = slidingWindow(height, windowHeight, strideY, same);
  const [outWidth, left] = slidingWindow(width, windowWidth, strideX, same);
  const out = new Float32Array(outHeight * outWidth * outChannels);
  const from = input!.data;
  const factors = weights!.data;
  const offsets = bias!.data;
  let target = 0;
  for (let y = 0; y < outHeight; y++) {
    const rowFirst = Math.max(0, top - y * strideY);
    const rowEnd = Math.min(windowHeight, height + top - y * strideY);
    for (let x = 0; x < outWidth; x++) {
      const columnFirst = Math.max(0, left - x * strideX);
      const columnEnd = Math.min(windowWidth, width + left - x * strideX);
      // One row of the window lies contiguous in both arrays, so the inner loop runs over columns and channels at once.
      const run = (columnEnd - columnFirst) * channels;
      for (let channel = 0; channel < outChannels; channel++) {
        let sum = offsets[channel]!;
        for (let row = rowFirst; row < rowEnd; row++) {
          let source = ((y * strideY + row - top) * width + x * strideX + columnFirst - left) * channels;
          let factor = ((channel * windowHeight + row) * windowWidth + columnFirst) * channels;
          for (const end = source + run; source < end; source++, factor++) sum += from[source]! * factors[factor]!;
        }
        out[target++] = sum;
      }
    }
  }
  activate(out, table?.int8(3) ?? 0);
  return { shape: [1, outHeight, outWidth, outChannels], data: out };
};

/** DEPTHWISE_CONV_2D with one output per input channel. Weights are [1, height, width, channels]. */
export const depthwiseConvolution: Operator = ([input, weights, bias], { table }) => {
  const { height, width, channels } = pictureShape(input!);
  const [, windowHeight = 0, windowWidth = 0] = weights!.shape;
  const same = (table?.int8(0) ?? 0) === 0;
  const strideX = table?.int32(1) ?? 1;
  const strideY = table?.int32(2) ?? 1;
  const [outHeight, top] = slidingWindow(height, windowHeight, strideY, same);
  const [outWidth, left] = slidingWindow(width, windowWidth, strideX, same);
  const out = new Float32Array(outHeight * outWidth * channels);
  const from = input!.data;
  const factors = weights!.data;
  for (let y = 0, target = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++, target += channels) {
      out.set(bias!.data, target);
      for (let row = 0; row < windowHeight; row++) {
        const sourceY = y * strideY + row - top;
        if (sourceY < 0 || sourceY >= height) continue;
        for (let column = 0; column < windowWidth; column++) {
          const sourceX = x * strideX + column - left;
          if (sourceX < 0 || sourceX >= width) continue;
          const source = (sourceY * width + sourceX) * channels;
          const factor = (row * windowWidth + column) * channels;
          for (let c = 0; c < channels; c++) out[target + c]! += from[source + c]! * factors[factor + c]!;
        }
      }
    }
  activate(out, table?.int8(4) ?? 0);
  return { shape: [1, outHeight, outWidth, channels], data: out };
};

/**
 * Convolution2DTransposeBias, a custom operator of MediaPipe. Weights are [out, height, width, in].
 * Its options are three int32: padding, stride along x, stride along y.
 */
export const transposeConvolution: Operator = ([input, weights, bias], { custom }) => {
  const { height, width, channels } = pictureShape(input!);
  const [outChannels = 0, windowHeight = 0, windowWidth = 0] = weights!.shape;
  const strideX = custom.byteLength >= 8 ? custom.getInt32(4, true) || 2 : 2;
  const strideY = custom.byteLength >= 12 ? custom.getInt32(8, true) || 2 : 2;
  const outHeight = height * strideY;
  const outWidth = width * strideX;
  const top = Math.max(0, windowHeight - strideY) >> 1;
  const left = Math.max(0, windowWidth - strideX) >> 1;
  const out = new Float32Array(outHeight * outWidth * outChannels);
  for (let target = 0; target < out.length; target += outChannels) out.set(bias!.data, target);
  const from = input!.data;
  const factors = weights!.data;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const source = (y * width + x) * channels;
      for (let row = 0; row < windowHeight; row++) {
        const targetY = y * strideY + row - top;
        if (targetY < 0 || targetY >= outHeight) continue;
        for (let column = 0; column < windowWidth; column++) {
          const targetX = x * strideX + column - left;
          if (targetX < 0 || targetX >= outWidth) continue;
          const target = (targetY * outWidth + targetX) * outChannels;
          for (let channel = 0; channel < outChannels; channel++) {
            const factor = ((channel * windowHeight + row) * windowWidth + column) * channels;
            let sum = 0;
            for (let c = 0; c < channels; c++) sum += from[source + c]! * factors[factor + c]!;
            out[target + channel]! += sum;
          }
        }
      }
    }
  return { shape: [1, outHeight, outWidth, outChannels], data: out };
};
