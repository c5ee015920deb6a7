import type { FieldRule } from '../requests/check-fields.ts';

const ASPECTS = ['match_input_image', '1:1', '2:3', '3:2', '3:4', '4:3', '9:16', '16:9', '21:9'];
const MORE_ASPECTS = [...ASPECTS, '4:5', '5:4'];
const RESOLUTION: FieldRule = { type: 'string', oneOf: ['1K', '2K', '4K'] };

/** Inputs of each model. Source: the schemas on replicate.com of these models. */
export const INPUT_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  'google/nano-banana-pro': {
    prompt: { type: 'string', required: true },
    image_input: { type: 'string[]' },
    aspect_ratio: { type: 'string', oneOf: MORE_ASPECTS },
    resolution: RESOLUTION,
    output_format: { type: 'string', oneOf: ['jpg', 'png'] },
    safety_filter_level: { type: 'string' },
  },
  'google/nano-banana': {
    prompt: { type: 'string', required: true },
    image_input: { type: 'string[]' },
    aspect_ratio: { type: 'string', oneOf: MORE_ASPECTS },
    output_format: { type: 'string', oneOf: ['jpg', 'png'] },
  },
  'bytedance/seedream-4': {
    prompt: { type: 'string', required: true },
    image_input: { type: 'string[]' },
    aspect_ratio: { type: 'string', oneOf: ASPECTS },
    size: { type: 'string', oneOf: ['1K', '2K', '4K', 'custom'] },
    width: { type: 'integer', min: 1024, max: 4096 },
    height: { type: 'integer', min: 1024, max: 4096 },
    max_images: { type: 'integer', min: 1, max: 15 },
    sequential_image_generation: { type: 'string', oneOf: ['disabled', 'auto'] },
    enhance_prompt: { type: 'boolean' },
  },
};

/** How many pictures a model takes. */
export function mostReferences(model: string): number {
  return { 'google/nano-banana-pro': 14, 'bytedance/seedream-4': 10 }[model] ?? 3;
}
