import { aceStepHosted, miniMaxLyrics } from '../hosted/hosted-lyrics.ts';
import type { HostedModel } from '../hosted/hosted-model.ts';

/** A model on Replicate. */
export interface ReplicateMusicModel extends HostedModel {
  /** Models of the community are asked for by version; official ones by name. */
  readonly version?: string;
}

const DESCRIBED = '{style}, {bpm} bpm, {key}';

/**
 * Models on Replicate that sing given words. Source: the input schemas on replicate.com of minimax/music-2.5, minimax/music-1.5
 * and lucataco/ace-step. They name no longest song for MiniMax; what is given here is what is commonly told of these models.
 */
export const REPLICATE_MUSIC_MODELS: readonly ReplicateMusicModel[] = [
  {
    name: 'minimax/music-2.5',
    input: { prompt: DESCRIBED, lyrics: '{lyrics}', audio_format: 'wav' },
    lyricsOf: miniMaxLyrics,
    maxSongSeconds: 240,
    lyricsLimits: { maxCharacters: 3500 },
    takesSeed: false,
    takesLength: false,
  },
  {
    name: 'minimax/music-1.5',
    input: { prompt: DESCRIBED, lyrics: '{lyrics}', audio_format: 'wav' },
    lyricsOf: miniMaxLyrics,
    maxSongSeconds: 240,
    lyricsLimits: { maxCharacters: 600 },
    takesSeed: false,
    takesLength: false,
  },
  {
    name: 'lucataco/ace-step',
    version: '280fc4f9ee507577f880a167f639c02622421d8fecf492454320311217b688f1',
    input: { tags: DESCRIBED, lyrics: '{lyrics}', duration: '{seconds}', seed: '{seed}' },
    lyricsOf: aceStepHosted,
    maxSongSeconds: 240,
    lyricsLimits: {},
    takesSeed: true,
    takesLength: true,
  },
];
