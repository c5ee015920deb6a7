/** Bilinear resize of one plane, samples at pixel centres. */
export function resizePlane(
  source: Float32Array,
  fromWidth: number,
  fromHeight: number,
  width: number,
  height: number,
): Float32Array {
  const out = new Float32Array(width * height);
  const columns = new Int32Array(width);
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = Math.min(fromWidth - 1, Math.max(0, ((x + 0.5) * fromWidth) / width - 0.5));
    columns[x] = Math.min(fromWidth - 2, Math.floor(at));
    shares[x] = at - columns[x]!;
  }
  for (let y = 0; y < height; y++) {
    const at = Math.min(fromHeight - 1, Math.max(0, ((y + 0.5) * fromHeight) / height - 0.5));
    const row = Math.min(fromHeight - 2, Math.floor(at));
    const down = at - row;
    const above = row * fromWidth;
    const below = above + fromWidth;
    for (let x = 0; x < width; x++) {
      const column = columns[x]!;
      const right = shares[x]!;
      const upper = source[above + column]! * (1 - right) + source[above + column + 1]! * right;
      const lower = source[below + column]! * (1 - right) + source[below + column + 1]! * right;
      out[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return out;
}
