import type { ImageModel, ReferenceRole, SizeRule } from '../image/image-model.ts';

const ROLES: readonly ReferenceRole[] = ['scene', 'character', 'draft'];
const PNG_OR_JPEG = ['image/png', 'image/jpeg'];
const MEBIBYTE = 1024 ** 2;

/** Any size between so many and 4096 x 4096 pixels. */
function seedream(minPixels: number): SizeRule {
  const limits = { minPixels, maxPixels: 4096 ** 2, minAspect: 1 / 16, maxAspect: 16 };
  return { kind: 'free', parameter: 'size', separator: 'x', ...limits };
}

/** 1280x720 is the smallest of Seedream 4.0; from 4.5 on it is 2560x1440. */
const FROM_720P = seedream(1280 * 720);
const FROM_1440P = seedream(2560 * 1440);

const COMMON = {
  isDefault: false,
  minReferences: 0,
  maxReferences: 14,
  roles: ROLES,
  referenceTypes: PNG_OR_JPEG,
  referenceEncoding: 'base64',
  maxReferenceBytes: 10 * MEBIBYTE,
  mediaTypes: PNG_OR_JPEG,
  // `seed` is a parameter of the 3.0 models.
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  isAsync: false,
  canCancel: false,
  makesPreview: false,
} as const;

/**
 * Seedream on Volcengine and BytePlus Ark. Source: the types of volcengine/volcengine-python-sdk (arkruntime images) and the API
 * reference of Ark. The smallest size of 5.0 pro stands in no source that could be read: that of 4.0 plus a margin is taken.
 */
export const ARK_MODELS: readonly ImageModel[] = [
  { ...COMMON, name: 'doubao-seedream-4-0-250828', isDefault: true, size: FROM_720P },
  { ...COMMON, name: 'doubao-seedream-4-5-251128', size: FROM_1440P },
  { ...COMMON, name: 'doubao-seedream-5-0-260128', size: FROM_1440P },
  { ...COMMON, name: 'doubao-seedream-5-0-pro-260628', maxReferences: 10, size: seedream(1024 ** 2) },
];
