import type { FieldRule } from '../requests/check-fields.ts';

type Rules = Readonly<Record<string, FieldRule>>;

const ASPECT: FieldRule = {
  type: 'string',
  oneOf: ['auto', '21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'],
};
const IMAGES: FieldRule = { type: 'string[]', required: true, maxItems: 10 };

const NANO_BANANA: Rules = {
  prompt: { type: 'string', required: true },
  num_images: { type: 'integer', min: 1, max: 4 },
  aspect_ratio: ASPECT,
  output_format: { type: 'string', oneOf: ['jpeg', 'png', 'webp'] },
  sync_mode: { type: 'boolean' },
  limit_generations: { type: 'boolean' },
};
const PRO: Rules = { ...NANO_BANANA, resolution: { type: 'string', oneOf: ['1K', '2K', '4K'] } };
const SEEDREAM: Rules = {
  prompt: { type: 'string', required: true },
  image_size: { type: 'object' },
  num_images: { type: 'integer', min: 1, max: 6 },
  max_images: { type: 'integer', min: 1, max: 6 },
  seed: { type: 'integer' },
  sync_mode: { type: 'boolean' },
  enable_safety_checker: { type: 'boolean' },
};

/** Inputs by endpoint. Source: the model pages on fal.ai. */
export const INPUT_FIELDS: Readonly<Record<string, Rules>> = {
  'fal-ai/nano-banana-pro': PRO,
  'fal-ai/nano-banana-pro/edit': { ...PRO, image_urls: IMAGES },
  'fal-ai/nano-banana': NANO_BANANA,
  'fal-ai/nano-banana/edit': { ...NANO_BANANA, image_urls: IMAGES },
  'fal-ai/bytedance/seedream/v4/text-to-image': SEEDREAM,
  'fal-ai/bytedance/seedream/v4/edit': { ...SEEDREAM, image_urls: IMAGES },
};
