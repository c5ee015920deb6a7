import { createMusicEngine, createSongGenerationHttpAdapter } from '@framesong/providers/music';
import { freeOfCharge } from '../faults/free-of-charge.ts';
import type { MusicFaultSubject } from '../faults/run-music-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_RESULT, type WantedOutcome } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { songGenerationHttpEmulator } from './songgeneration-http-emulator.ts';

const LATE_AT_CLIENT = { reason: 'PROVIDER_TIMEOUT' } as const;

/** Before anything is sent the wrapper is asked whether it is free. */
const WANTED_ON_QUESTION: readonly WantedOutcome[] = [
  { fault: 'hang', on: 'free', code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', paid: 0, isLate: true },
  { fault: 'hang', on: 'free', times: 1, code: 'OK', paid: 1 },
  // A look is not repeated: the step of the song looks again, and later.
  { fault: 'server_error', on: 'free', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', paid: 0, requests: 1 },
  {
    fault: 'reset_connection',
    on: 'free',
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_CONNECTION_LOST',
    paid: 0,
    requests: 1,
  },
  { fault: 'html_with_200', on: 'free', code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_INVALID', paid: 0 },
  { fault: 'redirect_elsewhere', on: 'free', code: 'FAILED_PRECONDITION', reason: 'PROVIDER_REDIRECTS', paid: 0 },
];

/** The HTTP wrapper around SongGeneration under every fault. */
export const songGenerationHttpFaultSubjects: readonly MusicFaultSubject[] = [
  {
    name: 'songgeneration-http',
    emulated: songGenerationHttpEmulator(),
    wholeSong: true,
    table: freeOfCharge([
      ...withExceptions(WANTED_ON_ORDER, [
        // A failure that it tells with status 200 says nothing about the request.
        { fault: 'error_inside_200', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED' },
      ]),
      ...WANTED_ON_QUESTION,
      // The file is fetched from the wrapper itself, whose redirects are not followed at all.
      ...withExceptions(WANTED_ON_RESULT, [
        { fault: 'expired_url', on: 'result', reason: 'PROVIDER_ACCESS_DENIED' },
        { fault: 'server_error', on: 'result', reason: 'PROVIDER_FAILED' },
        { fault: 'cut_body', on: 'result', reason: 'PROVIDER_CONNECTION_LOST' },
        { fault: 'hang', on: 'result', ...LATE_AT_CLIENT },
        { fault: 'slow_loris', on: 'result', ...LATE_AT_CLIENT },
        { fault: 'redirect_elsewhere', on: 'result', reason: 'PROVIDER_REDIRECTS' },
      ]),
    ]),
    open: (connection, limitMs) =>
      createMusicEngine(
        createSongGenerationHttpAdapter({
          ...connection,
          http: { ...connection.http, longestCallMs: limitMs },
          lane: { everyMs: 2, questionMs: Math.min(1000, limitMs / 3), waitMs: 3 * limitMs },
        }),
      ),
  },
];
