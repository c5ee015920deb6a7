import { clamp, type RgbaImage } from '../raster/raster.ts';
import { alphaMatte } from './alpha-matte.ts';
import { colourMatte } from './colour-matte.ts';
import type { Cutout, Matte } from './cutout.ts';
import { estimateHead } from './head-estimate.ts';
import { keyMatte } from './key-matte.ts';
import { isCropped, outlineBox, removeLooseParts, trimmed } from './main-figure.ts';
import { removeNeighbours } from './neighbours.ts';
import { personMatte } from './person-matte.ts';
import { analyseReference, type ReferenceAnalysis } from './reference-analysis.ts';

// The first that holds is taken; a reference that none can part becomes a card.
const METHODS: readonly ((analysis: ReferenceAnalysis) => Matte | undefined | Promise<Matte | undefined>)[] = [
  alphaMatte,
  keyMatte,
  personMatte,
  colourMatte,
];

/**
 * Parts a figure from its backdrop. Never fails: what cannot be parted well comes back whole, as a `card`.
 * @param modelPath of the person model; by default that of the installed package.
 */
export async function cutOut(image: RgbaImage, modelPath?: string): Promise<Cutout> {
  const analysis = analyseReference(image, modelPath);
  for (const method of METHODS) {
    const matte = await method(analysis);
    const figure = matte && mainFigure(matte);
    if (figure) return figure;
  }
  return card(image);
}

function mainFigure(matte: Matte): Cutout | undefined {
  const { alpha, image, method } = matte;
  const { width, height } = image;
  removeLooseParts(alpha, width, height);
  // Transparency that came with the picture is meant as it is.
  const shared = method !== 'alpha' && removeNeighbours(alpha, width, height);
  if (shared) removeLooseParts(alpha, width, height);
  const box = outlineBox(alpha, width, height);
  if (!box || box.width < 8 || box.height < 8) return undefined;
  const figure = trimmed(matte, box);
  const cropped = isCropped(alpha, width, height, box);
  const quality = clamp(matte.quality - (shared ? 0.15 : 0), 0, 1);
  return { image: figure, method, quality, head: estimateHead(figure, cropped), cropped };
}

function card(image: RgbaImage): Cutout {
  const { width, height } = image;
  const side = Math.min(width * 0.5, height * 0.4);
  const head = { x: (width - side) / 2, y: height * 0.08, width: side, height: side };
  return { image, method: 'card', quality: 0, head, cropped: true };
}
