import type { FieldRule } from '../requests/check-fields.ts';

const MODELS = ['gpt-image-2', 'gpt-image-1.5', 'gpt-image-1', 'gpt-image-1-mini'];

/** The fields of a generation. Source: resources/images.ts of openai/openai-node; `response_format` is refused for these models. */
export const GENERATION_FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true, oneOf: MODELS },
  prompt: { type: 'string', required: true },
  n: { type: 'integer', min: 1, max: 10 },
  size: { type: 'string' },
  quality: { type: 'string', oneOf: ['auto', 'low', 'medium', 'high'] },
  background: { type: 'string', oneOf: ['auto', 'opaque', 'transparent'] },
  moderation: { type: 'string', oneOf: ['auto', 'low'] },
  output_format: { type: 'string', oneOf: ['png', 'jpeg', 'webp'] },
  output_compression: { type: 'integer', min: 0, max: 100 },
  stream: { type: 'boolean' },
  partial_images: { type: 'integer', min: 0, max: 3 },
  user: { type: 'string' },
};

/** The fields of an edit. */
export const EDIT_FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { type: 'string', required: true, oneOf: MODELS },
  prompt: { type: 'string', required: true },
  image: { type: 'file[]', required: true, maxItems: 16 },
  mask: { type: 'file[]', maxItems: 1 },
  input_fidelity: { type: 'string', oneOf: ['high', 'low'] },
  n: { type: 'string', form: /[1-9]|10/ },
  size: { type: 'string' },
  quality: { type: 'string', oneOf: ['auto', 'low', 'medium', 'high'] },
  background: { type: 'string', oneOf: ['auto', 'opaque', 'transparent'] },
  output_format: { type: 'string', oneOf: ['png', 'jpeg', 'webp'] },
  output_compression: { type: 'string', form: /\d{1,3}/ },
  stream: { type: 'string', oneOf: ['true', 'false'] },
  partial_images: { type: 'string', form: /[0-3]/ },
  user: { type: 'string' },
};
