import { createOpenAiAdapter, createImageProvider } from '@framesong/providers';
import type { FaultSubject } from '../faults/run-fault.ts';
import { withExceptions } from '../faults/with-exceptions.ts';
import { WANTED_ON_ORDER, type WantedOutcome } from '../faults/wanted-outcomes.ts';
import { openaiEmulator } from './openai-emulator.ts';

/** An error inside a 200 is one of moderation here. */
const WANTED = withExceptions(WANTED_ON_ORDER, [
  { fault: 'error_inside_200', on: 'order', reason: 'PROVIDER_CONTENT_REFUSED' },
]);

/** Who reads events has the picture before the flood begins, and goes. */
const WANTED_OF_EVENTS: readonly WantedOutcome[] = [
  ...WANTED.filter(({ fault }) => fault !== 'oversize'),
  { fault: 'oversize', on: 'order', code: 'OK', paid: 1, requests: 1 },
];

/** The Images API of OpenAI under every fault: its answers as events, and whole. */
export const openaiFaultSubjects: readonly FaultSubject[] = (['events', 'whole'] as const).map((answer) => ({
  name: `openai, ${answer}`,
  emulated: openaiEmulator,
  model: 'gpt-image-1.5',
  table: answer === 'events' ? WANTED_OF_EVENTS : WANTED,
  variants: { answer },
  open: (connection) =>
    createImageProvider(
      createOpenAiAdapter({
        ...connection,
        baseUrl: `${connection.baseUrl}/v1`,
      }),
    ),
}));
