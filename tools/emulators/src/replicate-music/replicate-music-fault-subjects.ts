import { createMusicEngine, createReplicateMusicAdapter } from '@framesong/providers/music';
import type { MusicFaultSubject } from '../faults/run-music-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_RESULT } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { replicateMusicEmulator } from './replicate-music-emulator.ts';

const ODD = { code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_INVALID', outcome: 'billed' } as const;

/** Music on Replicate under every fault: it is paid for, so nothing may be ordered twice. */
export const replicateMusicFaultSubjects: readonly MusicFaultSubject[] = [
  {
    name: 'replicate-music',
    emulated: replicateMusicEmulator,
    wholeSong: true,
    table: [
      // Errors come with a status of their own here, so a 200 without prediction is nothing that was documented.
      ...withExceptions(WANTED_ON_ORDER, [{ fault: 'error_inside_200', on: 'order', ...ODD }]),
      ...WANTED_ON_POLL,
      ...WANTED_ON_RESULT,
    ],
    open: (connection, limitMs) =>
      createMusicEngine(
        createReplicateMusicAdapter({
          ...connection,
          baseUrl: `${connection.baseUrl}/v1`,
          http: { ...connection.http, longestCallMs: limitMs },
          download: { ...connection.download, totalTimeoutMs: limitMs, stallTimeoutMs: limitMs / 3 },
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
