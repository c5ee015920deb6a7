import type { FieldRule } from '../requests/check-fields.ts';

type Rules = Readonly<Record<string, FieldRule>>;

const MINIMAX: Rules = {
  sample_rate: { type: 'integer', oneOf: [16_000, 24_000, 32_000, 44_100] },
  bitrate: { type: 'integer', oneOf: [32_000, 64_000, 128_000, 256_000] },
  audio_format: { type: 'string', oneOf: ['mp3', 'wav', 'pcm'] },
};

/** Inputs of official models, by name. Source: the schemas on replicate.com of these models. */
export const OFFICIAL: Readonly<Record<string, Rules>> = {
  'minimax/music-2.5': {
    prompt: { type: 'string', form: /^[^]{0,2000}$/ },
    lyrics: { type: 'string', required: true, form: /^[^]{1,3500}$/ },
    ...MINIMAX,
  },
  'minimax/music-1.5': {
    prompt: { type: 'string', required: true, form: /^[^]{10,300}$/ },
    lyrics: { type: 'string', required: true, form: /^[^]{10,600}$/ },
    ...MINIMAX,
  },
};

/** Inputs of models of the community, which are known by version only. */
export const COMMUNITY: Readonly<Record<string, Rules>> = {
  // lucataco/ace-step
  '280fc4f9ee507577f880a167f639c02622421d8fecf492454320311217b688f1': {
    tags: { type: 'string', required: true },
    lyrics: { type: 'string' },
    duration: { type: 'number', min: -1, max: 240 },
    number_of_steps: { type: 'integer', min: 10, max: 200 },
    seed: { type: 'integer' },
  },
};
