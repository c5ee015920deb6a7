import type { RgbaImage } from '../raster/raster.ts';
import { agreeWithColours } from './colour-agreement.ts';
import type { Matte } from './cutout.ts';
import { guidedFilter } from './guided-filter.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';
import { unmixEdges } from './unmix-edges.ts';

const LEAST_QUALITY = 0.55;
const EDGE_SOFTNESS = 4e-4;
// A photographed backdrop changes from place to place.
const SURROUNDINGS_REACH_PX = 12;

/** The person whom the segmentation model sees, in agreement with the colours; nothing when the model is not sure. */
export async function personMatte(analysis: ReferenceAnalysis): Promise<Matte | undefined> {
  const person = await analysis.person();
  const quality = sureness(person);
  if (quality < LEAST_QUALITY) return undefined;
  const { likelihood } = await agreeWithColours(analysis.image, person);
  return { method: 'person', quality, ...withCleanEdges(analysis, likelihood) };
}

/** Alpha whose outline follows the edges of the picture, and the picture without its surroundings in the outline. */
export function withCleanEdges(
  analysis: ReferenceAnalysis,
  likelihood: Float32Array,
): { alpha: Float32Array; image: RgbaImage } {
  const { image } = analysis;
  const { width, height } = image;
  const guide = analysis.lab().lightness.map((lightness) => lightness / 100);
  const radiusPx = Math.max(4, Math.round(Math.max(width, height) / 160));
  const alpha = guidedFilter(guide, likelihood, width, height, radiusPx, EDGE_SOFTNESS);
  // Half-hearted places are haze around the figure more often than hair.
  const figure = alpha.map((value) => (value > 0.5 ? 1 : 0));
  return unmixEdges(image, figure, SURROUNDINGS_REACH_PX);
}

// How far the answers lie from undecided; a person that fills nothing or everything is no person.
function sureness(person: Float32Array): number {
  let decided = 0;
  let area = 0;
  for (const likelihood of person) {
    decided += Math.abs(likelihood - 0.5) * 2;
    if (likelihood > 0.5) area++;
  }
  const share = area / person.length;
  return (decided / person.length) * (share > 0.04 && share < 0.93 ? 1 : 0.3);
}
