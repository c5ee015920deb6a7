import { SongFormat } from '@framesong/contracts/music/v1/song';
import type { MusicModel } from '@framesong/contracts/music/v1/music_service';
import { durationOfMs } from '@framesong/rpc';
import type { DescribedEngine } from './engines/music-engines.ts';

const SOUND = [SongFormat.WAV, SongFormat.FLAC, SongFormat.MP3, SongFormat.OGG, SongFormat.OPUS];

const UNKNOWN: MusicModel = {
  engine: '',
  generative: false,
  styles: [],
  formats: [],
  maxDurationSeconds: 0,
  description: '',
  version: '',
  sections: false,
  wholeSongs: false,
  progressIsMeasured: false,
  context: undefined,
  repaints: false,
  unreachable: '',
};

/** An engine as callers see it. */
export function musicModel({ engine, capabilities, unreachable }: DescribedEngine): MusicModel {
  if (!capabilities) return { ...UNKNOWN, engine: engine.name, unreachable: unreachable ?? '' };
  const { description, isGenerative, styles, playsScore, maxSongSeconds, makesSections, makesSongs } = capabilities;
  return {
    engine: engine.name,
    generative: isGenerative,
    styles: [...styles],
    // What does not play a score has no notes to write down.
    formats: [...SOUND, ...(playsScore ? [SongFormat.MIDI] : []), SongFormat.LRC],
    maxDurationSeconds: Math.floor(maxSongSeconds),
    description,
    version: capabilities.engine,
    sections: makesSections,
    wholeSongs: makesSongs,
    progressIsMeasured: capabilities.progress === 'measured',
    context: capabilities.contextSeconds > 0 ? durationOfMs(capabilities.contextSeconds * 1000) : undefined,
    repaints: capabilities.repaints,
    unreachable: unreachable ?? '',
  };
}
