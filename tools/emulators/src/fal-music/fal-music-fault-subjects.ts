import { createMusicEngine, createFalMusicAdapter } from '@framesong/providers/music';
import type { MusicFaultSubject } from '../faults/run-music-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_RESULT, type WantedOutcome } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { falMusicEmulator } from './fal-music-emulator.ts';

const ODD = { code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_INVALID', outcome: 'billed' } as const;

const billed = { outcome: 'billed', paid: 1 } as const;

/** The result is asked for apart from the status: what passes there is outlasted as well, for it is paid for. */
const WANTED_ON_ANSWER: readonly WantedOutcome[] = [
  { fault: 'server_error', on: 'free', times: 1, code: 'OK', paid: 1 },
  { fault: 'server_error', on: 'free', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', ...billed },
  { fault: 'reset_connection', on: 'free', times: 1, code: 'OK', paid: 1 },
  { fault: 'html_with_200', on: 'free', times: 1, code: 'OK', paid: 1 },
  { fault: 'garbage_with_200', on: 'free', times: 1, code: 'OK', paid: 1 },
  { fault: 'unauthorized', on: 'free', code: 'FAILED_PRECONDITION', reason: 'PROVIDER_KEY_REFUSED', ...billed },
  { fault: 'hang', on: 'free', code: 'DEADLINE_EXCEEDED', reason: 'PROVIDER_TIMEOUT', isLate: true, ...billed },
];

/** Music on fal under every fault: it is paid for, so nothing may be ordered twice. */
export const falMusicFaultSubjects: readonly MusicFaultSubject[] = [
  {
    name: 'fal-music',
    emulated: falMusicEmulator,
    wholeSong: true,
    table: [
      // Errors come with a status of their own here, so a 200 without a request id is nothing that was documented.
      ...withExceptions(WANTED_ON_ORDER, [{ fault: 'error_inside_200', on: 'order', ...ODD }]),
      ...WANTED_ON_POLL,
      ...WANTED_ON_ANSWER,
      ...WANTED_ON_RESULT,
    ],
    open: (connection, limitMs) =>
      createMusicEngine(
        createFalMusicAdapter({
          ...connection,
          http: { ...connection.http, longestCallMs: limitMs },
          download: { ...connection.download, totalTimeoutMs: limitMs, stallTimeoutMs: limitMs / 3 },
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
