import { aceStepHosted, miniMaxLyrics } from '../hosted/hosted-lyrics.ts';
import type { HostedModel } from '../hosted/hosted-model.ts';

const DESCRIBED = '{style}, {bpm} bpm, {key}';

/**
 * Models on fal that sing given words. Source: the pages on fal.ai of fal-ai/minimax-music/v2.5, fal-ai/minimax-music/v2 and
 * fal-ai/ace-step. They name no longest song for MiniMax; what is given here is what is commonly told of these models.
 */
export const FAL_MUSIC_MODELS: readonly HostedModel[] = [
  {
    name: 'fal-ai/minimax-music/v2.5',
    input: { prompt: DESCRIBED, lyrics: '{lyrics}', is_instrumental: '{instrumental}' },
    lyricsOf: miniMaxLyrics,
    maxSongSeconds: 240,
    lyricsLimits: { maxCharacters: 3500 },
    takesSeed: false,
    takesLength: false,
  },
  {
    name: 'fal-ai/minimax-music/v2',
    input: { prompt: DESCRIBED, lyrics_prompt: '{lyrics}' },
    lyricsOf: miniMaxLyrics,
    maxSongSeconds: 240,
    lyricsLimits: { maxCharacters: 3000 },
    takesSeed: false,
    takesLength: false,
  },
  {
    name: 'fal-ai/ace-step',
    input: { tags: DESCRIBED, lyrics: '{lyrics}', duration: '{seconds}', seed: '{seed}' },
    lyricsOf: aceStepHosted,
    maxSongSeconds: 240,
    lyricsLimits: {},
    takesSeed: true,
    takesLength: true,
  },
];
