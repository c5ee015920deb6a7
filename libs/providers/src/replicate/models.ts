import type { ImageModel, ReferenceRole, SizeRule } from '../image/image-model.ts';

/** How a model on Replicate is asked, besides what it can do. Its name is `owner/name`. */
export interface ReplicateModel extends ImageModel {
  /** Fields that are always sent. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

const ROLES: readonly ReferenceRole[] = ['scene', 'character', 'draft'];
const PICTURES = ['image/png', 'image/jpeg', 'image/webp'];
const ASPECTS: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 3],
  [3, 2],
  [3, 4],
  [4, 3],
  [9, 16],
  [16, 9],
  [21, 9],
];
const MORE_ASPECTS = [...ASPECTS, [4, 5], [5, 4]] as const;

/** A shape, and a resolution of about so many thousand pixels squared. */
function shapes(aspects: SizeRule & { kind: 'aspect' }, resolution: string): SizeRule {
  const steps = [1, 2, 4].map((times) => ({ name: `${times}K`, aboutPixels: (1024 * times) ** 2 }));
  return { ...aspects, resolution: { parameter: resolution, steps } };
}

const SHAPE = { kind: 'aspect', parameter: 'aspect_ratio', separator: ':', aboutPixels: 1024 ** 2 } as const;

const COMMON = {
  isDefault: false,
  minReferences: 0,
  roles: ROLES,
  referenceTypes: PICTURES,
  referenceEncoding: 'binary',
  mediaTypes: PICTURES,
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  isAsync: true,
  canCancel: true,
  makesPreview: false,
} as const;

/**
 * Models on Replicate that take a scene and characters. Source: the input schemas on replicate.com of google/nano-banana-pro,
 * google/nano-banana and bytedance/seedream-4. No prices are given: they stand on each model's page and change.
 */
export const REPLICATE_MODELS: readonly ReplicateModel[] = [
  {
    ...COMMON,
    name: 'google/nano-banana-pro',
    isDefault: true,
    maxReferences: 14,
    size: shapes({ ...SHAPE, aspects: MORE_ASPECTS }, 'resolution'),
    fixed: { output_format: 'png' },
  },
  {
    ...COMMON,
    name: 'google/nano-banana',
    maxReferences: 3,
    size: { ...SHAPE, aspects: MORE_ASPECTS },
    fixed: { output_format: 'png' },
  },
  {
    ...COMMON,
    name: 'bytedance/seedream-4',
    maxReferences: 10,
    size: shapes({ ...SHAPE, aspects: ASPECTS }, 'size'),
    fixed: { sequential_image_generation: 'disabled', max_images: 1, enhance_prompt: false },
  },
];
