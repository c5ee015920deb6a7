import { createAceStepAdapter, createMusicEngine } from '@framesong/providers/music';
import { freeOfCharge } from '../faults/free-of-charge.ts';
import type { MusicFaultSubject } from '../faults/run-music-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_SERVER_RESULT } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { aceStepEmulator } from './ace-step-emulator.ts';

/** ACE-Step under every fault. */
export const aceStepFaultSubjects: readonly MusicFaultSubject[] = [
  {
    name: 'ace-step',
    emulated: aceStepEmulator,
    table: freeOfCharge([
      ...withExceptions(WANTED_ON_ORDER, [
        // Each 429 leaves a job behind, so it is never repeated in quick succession: the step of the song does, and later.
        { fault: 'rate_limit', on: 'order', requests: 1 },
        { fault: 'rate_limit', on: 'order', times: 1, code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_RATE_LIMIT', paid: 0, requests: 1 }, // prettier-ignore
        { fault: 'rate_limit_with_delay', on: 'order', times: 1, code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_RATE_LIMIT', paid: 0, requests: 1 }, // prettier-ignore
        // Its envelope says 500.
        { fault: 'error_inside_200', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED' },
      ]),
      ...WANTED_ON_POLL,
      ...WANTED_ON_SERVER_RESULT,
    ]),
    open: (connection, limitMs) =>
      createMusicEngine(
        createAceStepAdapter({
          ...connection,
          http: { ...connection.http, longestCallMs: limitMs },
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
