import { connectedComponents, largestComponent } from '../raster/components.ts';
import { clamp } from '../raster/raster.ts';
import { agreeWithColours } from './colour-agreement.ts';
import type { Matte } from './cutout.ts';
import { withCleanEdges } from './person-matte.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';

// Share of the picture that a figure covers, of its outline on the border, and of it in one piece.
const AREA = { least: 0.03, most: 0.6 } as const;
const MOST_BORDER = 0.06;
const LEAST_WHOLE = 0.9;
const LEAST_SEPARATION = 0.72;
// A figure fills the box around it; a bush, a path or a row of lamps does not.
const LEAST_FILL = 0.3;

/**
 * What stands in the middle and is coloured unlike all that surrounds it: an animal or a thing that the person model does
 * not know. Nothing when it is not whole, reaches the border, or shares its colours with the rest.
 */
export async function colourMatte(analysis: ReferenceAnalysis): Promise<Matte | undefined> {
  const { image } = analysis;
  const { width, height } = image;
  const guess = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++)
      guess[i] = 0.9 * Math.exp(-(((x / width - 0.5) / 0.26) ** 2) - ((y / height - 0.54) / 0.3) ** 2);
  const { likelihood, separation } = await agreeWithColours(image, guess);
  if (separation < LEAST_SEPARATION || !isFigure(likelihood, width, height)) return undefined;
  return { method: 'colour', quality: clamp(separation * 0.8, 0, 1), ...withCleanEdges(analysis, likelihood) };
}

function isFigure(likelihood: Float32Array, width: number, height: number): boolean {
  const mask = Uint8Array.from(likelihood, (value) => (value > 0.5 ? 1 : 0));
  const parts = connectedComponents(mask, width, height);
  const main = largestComponent(parts);
  const area = parts.areasPx[main] ?? 0;
  const all = parts.areasPx.reduce((sum, part) => sum + part, 0);
  if (main === 0 || area < all * LEAST_WHOLE) return false;
  if (area < mask.length * AREA.least || area > mask.length * AREA.most) return false;
  let border = 0;
  let [left, right, top, bottom] = [width, 0, height, 0];
  parts.labels.forEach((label, i) => {
    if (label !== main) return;
    const x = i % width;
    const y = Math.floor(i / width);
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    if (x === 0 || x === width - 1 || y === 0 || y === height - 1) border++;
  });
  return border < MOST_BORDER * 2 * (width + height) && area > LEAST_FILL * (right - left + 1) * (bottom - top + 1);
}
