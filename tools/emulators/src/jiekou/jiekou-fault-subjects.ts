import { createImageProvider, createJiekouAdapter } from '@framesong/providers';
import type { FaultSubject } from '../faults/run-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, WANTED_ON_RESULT } from '../faults/wanted-outcomes.ts';
import { jiekouEmulator } from './jiekou-emulator.ts';

const open: FaultSubject['open'] = (connection, limitMs) =>
  createImageProvider(
    createJiekouAdapter({
      ...connection,
      download: { ...connection.download, totalTimeoutMs: limitMs, stallTimeoutMs: limitMs / 3 },
      poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
    }),
  );

/** Both families of jiekou.ai under every fault. */
export const jiekouFaultSubjects: readonly FaultSubject[] = [
  {
    name: 'jiekou sync',
    emulated: jiekouEmulator,
    model: 'nano-banana-pro-light-i2i',
    table: [...WANTED_ON_ORDER, ...WANTED_ON_RESULT],
    open,
  },
  {
    name: 'jiekou async',
    emulated: jiekouEmulator,
    model: 'flux-2-dev',
    table: [...WANTED_ON_ORDER, ...WANTED_ON_POLL, ...WANTED_ON_RESULT],
    open,
  },
];
