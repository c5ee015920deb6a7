/** Mean over a square of `2 * radius + 1` pixels, cut off at the border. Linear time, whatever the radius. */
export function boxMean(source: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(width * height);
  for (let y = 0; y < height; y++) rowMeans(source, rows, y * width, width, radius);
  const out = new Float32Array(width * height);
  columnMeans(rows, out, width, height, radius);
  return out;
}

function rowMeans(from: Float32Array, to: Float32Array, start: number, length: number, radius: number): void {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < Math.min(radius, length); i++, count++) sum += from[start + i]!;
  for (let i = 0; i < length; i++) {
    if (i + radius < length) {
      sum += from[start + i + radius]!;
      count++;
    }
    if (i - radius - 1 >= 0) {
      sum -= from[start + i - radius - 1]!;
      count--;
    }
    to[start + i] = sum / count;
  }
}

// Row by row with one running sum per column: walking down single columns would miss the cache at every step.
function columnMeans(from: Float32Array, to: Float32Array, width: number, height: number, radius: number) {
  const sums = new Float64Array(width);
  let count = 0;
  for (let y = 0; y < Math.min(radius, height); y++, count++)
    for (let x = 0; x < width; x++) sums[x]! += from[y * width + x]!;
  for (let y = 0; y < height; y++) {
    const entering = y + radius;
    const leaving = y - radius - 1;
    if (entering < height) {
      count++;
      for (let x = 0, i = entering * width; x < width; x++, i++) sums[x]! += from[i]!;
    }
    if (leaving >= 0) {
      count--;
      for (let x = 0, i = leaving * width; x < width; x++, i++) sums[x]! -= from[i]!;
    }
    const share = 1 / count;
    for (let x = 0, i = y * width; x < width; x++, i++) to[i] = sums[x]! * share;
  }
}
