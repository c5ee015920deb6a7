import { SongFormat } from '@framesong/contracts/music/v1/song';
import type { MusicModel } from '@framesong/contracts/music/v1/music_service';
import { PLAN_LIMITS, STYLE_NAMES } from '@framesong/composer';

/** Name of the engine inside this service. */
export const EMBEDDED = 'embedded';

/** The engines that this service offers, the default first. */
export const MUSIC_MODELS: readonly MusicModel[] = [
  {
    engine: EMBEDDED,
    generative: false,
    styles: [...STYLE_NAMES],
    formats: [SongFormat.WAV, SongFormat.FLAC, SongFormat.MP3, SongFormat.MIDI, SongFormat.LRC],
    maxDurationSeconds: PLAN_LIMITS.durationSeconds.max,
    description:
      'Writes a song sketch by rules and plays it with sampled instruments. Needs no key, no GPU and no network.',
  },
];
