import { createMusicEngine, createStudioAdapter } from '@framesong/providers/music';
import { freeOfCharge } from '../faults/free-of-charge.ts';
import type { MusicFaultSubject } from '../faults/run-music-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_SERVER_RESULT } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { studioEmulator } from './studio-emulator.ts';

/** The title tells whose a song is: what was taken is found although its answer was lost. */
const FOUND = { code: 'OK', reason: '', paid: 1 } as const;

/** SongGeneration Studio under every fault. */
export const studioFaultSubjects: readonly MusicFaultSubject[] = [
  {
    name: 'songgeneration-studio',
    emulated: studioEmulator,
    wholeSong: true,
    table: freeOfCharge([
      ...withExceptions(WANTED_ON_ORDER, [
        { fault: 'cut_body', on: 'order', ...FOUND },
        { fault: 'lost_answer', on: 'order', ...FOUND },
        { fault: 'lost_answer', on: 'order', times: 1, ...FOUND },
        { fault: 'wrong_type', on: 'order', ...FOUND },
        { fault: 'garbage_with_200', on: 'order', ...FOUND },
        { fault: 'oversize', on: 'order', ...FOUND },
        { fault: 'hang', on: 'order', ...FOUND },
        { fault: 'slow_loris', on: 'order', ...FOUND },
        { fault: 'error_inside_200', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_INVALID' },
      ]),
      ...WANTED_ON_POLL,
      ...WANTED_ON_SERVER_RESULT,
    ]),
    open: (connection, limitMs) =>
      createMusicEngine(
        createStudioAdapter({
          ...connection,
          http: { ...connection.http, longestCallMs: limitMs },
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
