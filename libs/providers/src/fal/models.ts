import type { ImageModel, ReferenceRole, SizeRule } from '../image/image-model.ts';

/** How a model on fal is asked, besides what it can do. */
export interface FalModel extends ImageModel {
  /** `owner/app`: where its queue keeps requests. */
  readonly app: string;
  /** Below the app, with references and without. */
  readonly paths: { readonly edit: string; readonly create: string };
  /** Takes width and height as two numbers in `image_size`. */
  readonly takesImageSize?: true;
  /** Fields that are always sent. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

const ROLES: readonly ReferenceRole[] = ['scene', 'character', 'draft'];
const PICTURES = ['image/png', 'image/jpeg', 'image/webp'];
const ASPECTS: readonly (readonly [number, number])[] = [
  [21, 9],
  [16, 9],
  [3, 2],
  [4, 3],
  [5, 4],
  [1, 1],
  [4, 5],
  [3, 4],
  [2, 3],
  [9, 16],
];
const SHAPE: SizeRule = {
  kind: 'aspect',
  parameter: 'aspect_ratio',
  separator: ':',
  aspects: ASPECTS,
  aboutPixels: 1024 ** 2,
};
const RESOLUTIONS: SizeRule = {
  ...SHAPE,
  resolution: {
    parameter: 'resolution',
    steps: [1, 2, 4].map((times) => ({ name: `${times}K`, aboutPixels: (1024 * times) ** 2 })),
  },
};
/** From about a megapixel on; sides of at most 4096. */
const SEEDREAM: SizeRule = {
  kind: 'free',
  parameter: 'image_size',
  separator: 'x',
  minPixels: 960 * 960,
  maxPixels: 4096 ** 2,
  maxSidePx: 4096,
};

const COMMON = {
  isDefault: false,
  minReferences: 0,
  maxReferences: 10,
  roles: ROLES,
  referenceTypes: PICTURES,
  referenceEncoding: 'base64',
  mediaTypes: PICTURES,
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  isAsync: true,
  canCancel: true,
  makesPreview: false,
} as const;

const BOTH = { edit: '/edit', create: '' } as const;

/**
 * Models on fal that take a scene and characters. Source: the model pages on fal.ai of fal-ai/nano-banana-pro, fal-ai/nano-banana
 * and fal-ai/bytedance/seedream/v4. No prices are given: they stand on each model's page and change.
 */
export const FAL_MODELS: readonly FalModel[] = [
  {
    ...COMMON,
    name: 'fal-ai/nano-banana-pro',
    isDefault: true,
    app: 'fal-ai/nano-banana-pro',
    paths: BOTH,
    size: RESOLUTIONS,
    fixed: { num_images: 1, output_format: 'png' },
  },
  {
    ...COMMON,
    name: 'fal-ai/nano-banana',
    app: 'fal-ai/nano-banana',
    paths: BOTH,
    size: SHAPE,
    fixed: { num_images: 1, output_format: 'png' },
  },
  {
    ...COMMON,
    name: 'fal-ai/bytedance/seedream/v4',
    app: 'fal-ai/bytedance',
    paths: { edit: '/seedream/v4/edit', create: '/seedream/v4/text-to-image' },
    size: SEEDREAM,
    takesImageSize: true,
    takesSeed: true,
    fixed: { num_images: 1, max_images: 1 },
  },
];
