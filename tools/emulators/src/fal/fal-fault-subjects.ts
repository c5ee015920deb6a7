import { createImageProvider, createFalAdapter } from '@framesong/providers';
import type { FaultSubject } from '../faults/run-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_RESULT } from '../faults/wanted-outcomes.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { falEmulator } from './fal-emulator.ts';

/** fal under every fault. */
export const falFaultSubjects: readonly FaultSubject[] = [
  {
    name: 'fal',
    emulated: falEmulator,
    model: 'fal-ai/nano-banana-pro',
    table: [
      // Errors come with a status of their own here, so a 200 without prediction is nothing that was documented.
      ...withExceptions(WANTED_ON_ORDER, [
        {
          fault: 'error_inside_200',
          on: 'order',
          code: 'UNAVAILABLE',
          reason: 'PROVIDER_ANSWER_INVALID',
          outcome: 'billed',
        },
      ]),
      ...WANTED_ON_POLL,
      ...WANTED_ON_RESULT,
    ],
    open: (connection, limitMs) =>
      createImageProvider(
        createFalAdapter({
          ...connection,
          download: { ...connection.download, totalTimeoutMs: limitMs, stallTimeoutMs: limitMs / 3 },
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
