import { createArkAdapter, createImageProvider } from '@framesong/providers';
import type { FaultSubject } from '../faults/run-fault.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { WANTED_ON_ORDER, WANTED_ON_RESULT, type WantedOutcome } from '../faults/wanted-outcomes.ts';
import { arkEmulator } from './ark-emulator.ts';

/** An error inside a 200 is one of moderation here. */
const WANTED = withExceptions(WANTED_ON_ORDER, [
  { fault: 'error_inside_200', on: 'order', reason: 'PROVIDER_CONTENT_REFUSED' },
]);

/** Who reads events has the picture before the flood begins, and goes. */
const WANTED_OF_EVENTS: readonly WantedOutcome[] = [
  ...WANTED.filter(({ fault }) => fault !== 'oversize'),
  { fault: 'oversize', on: 'order', code: 'OK', paid: 1, requests: 1 },
];

/** Seedream on Ark under every fault: its answers as events, and whole. */
export const arkFaultSubjects: readonly FaultSubject[] = (['events', 'whole'] as const).map((answer) => ({
  name: `ark, ${answer}`,
  emulated: arkEmulator,
  model: 'doubao-seedream-4-0-250828',
  table: [...(answer === 'events' ? WANTED_OF_EVENTS : WANTED), ...WANTED_ON_RESULT],
  variants: { answer },
  open: (connection, limitMs) =>
    createImageProvider(
      createArkAdapter({
        ...connection,
        baseUrl: `${connection.baseUrl}/api/v3`,
        download: { ...connection.download, totalTimeoutMs: limitMs, stallTimeoutMs: limitMs / 3 },
      }),
    ),
}));
