import { FRAME_SIDE_PX, MAX_CHARACTERS } from '@framesong/compositor';

/** Provider name of the engine inside this service. */
export const EMBEDDED = 'embedded';

/** What a model can take and make. */
export interface ImageModelFacts {
  readonly provider: string;
  readonly model: string;
  readonly maxCharacters: number;
  readonly minSidePixels: number;
  readonly maxSidePixels: number;
  readonly seeded: boolean;
  readonly generative: boolean;
  readonly description: string;
}

/** The models that this service offers, the default first. */
export const IMAGE_MODELS: readonly ImageModelFacts[] = [
  {
    provider: EMBEDDED,
    model: 'compositor',
    maxCharacters: MAX_CHARACTERS,
    minSidePixels: FRAME_SIDE_PX.min,
    maxSidePixels: FRAME_SIDE_PX.max,
    seeded: true,
    generative: false,
    description:
      'Cuts out the given characters and stages them in the given scene. Needs no key, no GPU and no network.',
  },
];
