import { pictureShape, slidingWindow, type Operator } from './tensor.ts';

/** AVERAGE_POOL_2D; pixels outside the picture do not count. */
export const averagePool: Operator = ([input], { table }) => {
  const { height, width, channels } = pictureShape(input!);
  const same = (table?.int8(0) ?? 0) === 0;
  const strideX = table?.int32(1) ?? 1;
  const strideY = table?.int32(2) ?? 1;
  const windowWidth = table?.int32(3) ?? 1;
  const windowHeight = table?.int32(4) ?? 1;
  const [outHeight, top] = slidingWindow(height, windowHeight, strideY, same);
  const [outWidth, left] = slidingWindow(width, windowWidth, strideX, same);
  const data = new Float32Array(outHeight * outWidth * channels);
  for (let y = 0, target = 0; y < outHeight; y++)
    for (let x = 0; x < outWidth; x++, target += channels) {
      const rowEnd = Math.min(height, y * strideY - top + windowHeight);
      const columnEnd = Math.min(width, x * strideX - left + windowWidth);
      let count = 0;
      for (let row = Math.max(0, y * strideY - top); row < rowEnd; row++)
        for (let column = Math.max(0, x * strideX - left); column < columnEnd; column++) {
          count++;
          const source = (row * width + column) * channels;
          for (let c = 0; c < channels; c++) data[target + c]! += input!.data[source + c]!;
        }
      for (let c = 0; c < channels; c++) data[target + c]! /= count;
    }
  return { shape: [1, outHeight, outWidth, channels], data };
};

/** RESIZE_BILINEAR with its three ways to place samples: corners aligned, half-pixel centres, or neither. */
export const resizeBilinear: Operator = ([input, size], { table }) => {
  const { height, width, channels } = pictureShape(input!);
  const [outHeight = 1, outWidth = 1] = size!.data;
  const aligned = (table?.int8(2) ?? 0) !== 0;
  const centred = (table?.int8(3) ?? 0) !== 0;
  const place = (index: number, from: number, to: number): number => {
    if (aligned && to > 1) return (index * (from - 1)) / (to - 1);
    return centred ? Math.max(0, ((index + 0.5) * from) / to - 0.5) : (index * from) / to;
  };
  const data = new Float32Array(outHeight * outWidth * channels);
  for (let y = 0, target = 0; y < outHeight; y++) {
    const atY = place(y, height, outHeight);
    const upper = Math.min(height - 1, Math.floor(atY));
    const lower = Math.min(height - 1, upper + 1);
    for (let x = 0; x < outWidth; x++, target += channels) {
      const atX = place(x, width, outWidth);
      const left = Math.min(width - 1, Math.floor(atX));
      const right = Math.min(width - 1, left + 1);
      for (let c = 0; c < channels; c++) {
        const sample = (row: number, column: number) => input!.data[(row * width + column) * channels + c]!;
        const above = sample(upper, left) + (sample(upper, right) - sample(upper, left)) * (atX - left);
        const below = sample(lower, left) + (sample(lower, right) - sample(lower, left)) * (atX - left);
        data[target + c] = above + (below - above) * (atY - upper);
      }
    }
  }
  return { shape: [1, outHeight, outWidth, channels], data };
};
