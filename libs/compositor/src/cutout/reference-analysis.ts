import { labPlanes, type LabPlanes } from '../raster/lab.ts';
import type { RgbaImage } from '../raster/raster.ts';
import { loadPersonModel, personLikelihood } from '../segmentation/person-model.ts';

/** What the cut-out methods ask about one reference; each answer is worked out once, when it is first needed. */
export interface ReferenceAnalysis {
  readonly image: RgbaImage;
  lab(): LabPlanes;
  /** How likely each pixel belongs to a person, 0 to 1. */
  person(): Promise<Float32Array>;
}

/** `modelPath` is that of the person model; by default the one of the installed package. */
export function analyseReference(image: RgbaImage, modelPath: string | undefined): ReferenceAnalysis {
  let lab: LabPlanes | undefined;
  let person: Promise<Float32Array> | undefined;
  return {
    image,
    lab: () => (lab ??= labPlanes(image.pixels, 4)),
    person: () => (person ??= loadPersonModel(modelPath).then((model) => personLikelihood(image, model))),
  };
}
