/** The connected parts of a mask (4-neighbourhood). */
export interface Components {
  /** Per pixel: number of its part, from 1; 0 outside the mask. */
  readonly labels: Int32Array;
  /** Pixels per part; index 0 is unused. */
  readonly areasPx: readonly number[];
}

/** Labels the connected parts of a mask of zeros and ones. */
export function connectedComponents(mask: Uint8Array, width: number, height: number): Components {
  const labels = new Int32Array(width * height);
  const areasPx = [0];
  const stack = new Int32Array(width * height);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || labels[start]) continue;
    const label = areasPx.length;
    let depth = 0;
    let area = 0;
    const visit = (pixel: number) => {
      if (!mask[pixel] || labels[pixel]) return;
      labels[pixel] = label;
      stack[depth++] = pixel;
    };
    visit(start);
    while (depth > 0) {
      const pixel = stack[--depth]!;
      area++;
      const x = pixel % width;
      if (x > 0) visit(pixel - 1);
      if (x < width - 1) visit(pixel + 1);
      if (pixel >= width) visit(pixel - width);
      if (pixel < width * (height - 1)) visit(pixel + width);
    }
    areasPx.push(area);
  }
  return { labels, areasPx };
}

/** Number of the largest part, 0 when the mask is empty. */
export function largestComponent(components: Components): number {
  let best = 0;
  components.areasPx.forEach((area, label) => {
    if (area > (components.areasPx[best] ?? 0)) best = label;
  });
  return best;
}
