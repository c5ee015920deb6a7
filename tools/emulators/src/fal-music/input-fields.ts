import type { FieldRule } from '../requests/check-fields.ts';

type Rules = Readonly<Record<string, FieldRule>>;

/** Inputs by endpoint. Source: the model pages on fal.ai. */
export const INPUT_FIELDS: Readonly<Record<string, Rules>> = {
  'fal-ai/minimax-music/v2.5': {
    prompt: { type: 'string', required: true, form: /^[^]{1,2000}$/ },
    lyrics: { type: 'string', form: /^[^]{0,3500}$/ },
    is_instrumental: { type: 'boolean' },
    lyrics_optimizer: { type: 'boolean' },
    audio_setting: { type: 'object' },
  },
  'fal-ai/minimax-music/v2': {
    prompt: { type: 'string', required: true, form: /^[^]{10,300}$/ },
    lyrics_prompt: { type: 'string', required: true, form: /^[^]{10,3000}$/ },
    audio_setting: { type: 'object' },
  },
  'fal-ai/ace-step': {
    tags: { type: 'string', required: true },
    lyrics: { type: 'string' },
    duration: { type: 'number', min: 5, max: 240 },
    number_of_steps: { type: 'integer', min: 3, max: 60 },
    seed: { type: 'integer' },
  },
};
