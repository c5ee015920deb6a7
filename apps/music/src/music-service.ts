import { MusicServiceService } from '@framesong/contracts/music/v1/music_service';
import type { JobMessages } from '@framesong/job-api';
import { bindService, methodPolicy, type ServedService } from '@framesong/rpc';
import type { AcceptParts } from './accept-song.ts';
import { generateSong } from './generate-song.ts';
import { listMusicModels } from './list-music-models.ts';
import { replaceSongSection } from './replace-song-section.ts';
import { submitSongBatch } from './submit-song-batch.ts';
import { submitSong } from './submit-song.ts';
import { validateLyrics } from './validate-lyrics.ts';

/** What the RPCs of the music service work with. */
export interface MusicParts extends AcceptParts {
  readonly messages: JobMessages;
}

/** The service table: one line per RPC. */
export function musicService(parts: MusicParts): ServedService {
  // Lyrics of 64 KiB and a message around them; more is refused by name of the field.
  const maxRequestBytes = 512 * 1024;
  return {
    ...bindService(MusicServiceService, {
      generateSong: (request, call) => generateSong(parts, request, call),
      submitSong: (request, call) => submitSong(parts, request, call),
      submitSongBatch: (requests, call) => submitSongBatch(parts, requests, call),
      replaceSongSection: (request, call) => replaceSongSection(parts, request, call),
      validateLyrics: (request, call) => validateLyrics(parts, request, call),
      listMusicModels: (_request, call) => listMusicModels(parts, call),
    }),
    policies: {
      generateSong: methodPolicy({
        class: 'watch',
        defaultDeadlineMs: 1_200_000,
        maxDeadlineMs: 3_600_000,
        maxRequestBytes,
      }),
      submitSong: methodPolicy({ class: 'work', defaultDeadlineMs: 10_000, maxRequestBytes }),
      submitSongBatch: methodPolicy({
        class: 'transfer',
        defaultDeadlineMs: 600_000,
        maxDeadlineMs: 3_600_000,
        maxRequestBytes,
      }),
      replaceSongSection: methodPolicy({ class: 'work', defaultDeadlineMs: 10_000, maxRequestBytes }),
      validateLyrics: methodPolicy({ class: 'work', maxRequestBytes }),
      listMusicModels: methodPolicy(),
    },
  };
}
