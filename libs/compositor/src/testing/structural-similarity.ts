const WINDOW_PX = 8;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Brightness of interleaved RGB samples. */
export function lumaOf(pixels: Uint8Array): Float32Array {
  const luma = new Float32Array(pixels.length / 3);
  for (let i = 0; i < luma.length; i++)
    luma[i] = 0.299 * pixels[3 * i]! + 0.587 * pixels[3 * i + 1]! + 0.114 * pixels[3 * i + 2]!;
  return luma;
}

/**
 * Mean structural similarity of two brightness planes over windows of 8 x 8 pixels, 1 for equal ones.
 * Source: Wang et al., Image Quality Assessment, IEEE TIP 2004.
 * @param skipped windows that hold any of these pixels do not count.
 */
export function structuralSimilarity(
  first: Float32Array,
  second: Float32Array,
  width: number,
  skipped?: Uint8Array,
): number {
  const height = first.length / width;
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + WINDOW_PX <= height; top += WINDOW_PX)
    for (let left = 0; left + WINDOW_PX <= width; left += WINDOW_PX) {
      let [n, a, b, aa, bb, ab, skip] = [0, 0, 0, 0, 0, 0, 0];
      for (let y = top; y < top + WINDOW_PX; y++)
        for (let x = left; x < left + WINDOW_PX; x++) {
          const i = y * width + x;
          skip += skipped?.[i] ?? 0;
          n++;
          a += first[i]!;
          b += second[i]!;
          aa += first[i]! ** 2;
          bb += second[i]! ** 2;
          ab += first[i]! * second[i]!;
        }
      if (skip > 0) continue;
      const [meanA, meanB] = [a / n, b / n];
      const variances = aa / n - meanA ** 2 + (bb / n - meanB ** 2);
      const covariance = ab / n - meanA * meanB;
      sum += ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanA ** 2 + meanB ** 2 + C1) * (variances + C2));
      windows++;
    }
  return sum / windows;
}
