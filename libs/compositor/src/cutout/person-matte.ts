import { clamp } from '../raster/raster.ts';
import type { Matte } from './cutout.ts';
import { guidedFilter } from './guided-filter.ts';
import type { ReferenceAnalysis } from './reference-analysis.ts';

const LEAST_QUALITY = 0.55;
const EDGE_SOFTNESS = 4e-4;

/** The person whom the segmentation model sees, its outline drawn to edges of the picture; nothing when it is not sure. */
export async function personMatte(analysis: ReferenceAnalysis): Promise<Matte | undefined> {
  const { image } = analysis;
  const { width, height } = image;
  const person = await analysis.person();
  const quality = sureness(person);
  if (quality < LEAST_QUALITY) return undefined;
  const guide = analysis.lab().lightness.map((lightness) => lightness / 100);
  const radiusPx = Math.max(4, Math.round(Math.max(width, height) / 110));
  const alpha = guidedFilter(guide, person, width, height, radiusPx, EDGE_SOFTNESS);
  // Half-hearted places are haze around the figure more often than hair.
  for (let i = 0; i < alpha.length; i++) alpha[i] = clamp((alpha[i]! - 0.3) / 0.55, 0, 1);
  return { method: 'person', quality, alpha, image };
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
