import type { MusicCapabilities } from '../music-engine.ts';

/** What the checkpoints make at most, in seconds. README of tencent-ailab/SongGeneration, "Model Versions". */
const LONGEST_SECONDS = { short: 150, full: 270 };

/** What a Studio with this model can do. */
export function studioCapabilities(model: string): MusicCapabilities {
  return {
    engine: `SongGeneration ${model}`,
    description: 'Tencent SongGeneration behind SongGeneration Studio, on a server of your own; one song at a time.',
    isGenerative: true,
    isPaid: false,
    makesSections: false,
    makesSongs: true,
    playsScore: false,
    contextSeconds: 0,
    repaints: false,
    // Its number tells the step of the way, and stands still while the model works.
    progress: 'estimated',
    cancels: true,
    reattaches: 'by task id',
    lanes: 1,
    maxSongSeconds: /full|large/.test(model) ? LONGEST_SECONDS.full : LONGEST_SECONDS.short,
    mediaTypes: ['audio/flac', 'audio/wav'],
    styles: [],
    lyricsForm: 'song-generation',
    lyricsLimits: {},
  };
}
