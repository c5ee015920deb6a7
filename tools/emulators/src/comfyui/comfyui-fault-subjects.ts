import { createComfyUiAdapter, createImageProvider } from '@framesong/providers';
import type { FaultSubject } from '../faults/run-fault.ts';
import { WANTED_ON_ORDER, WANTED_ON_POLL, type WantedOutcome } from '../faults/wanted-outcomes.ts';
import { comfyuiEmulator } from './comfyui-emulator.ts';

/** Prompts have ids of ours: what was taken is found although the answer was lost, and what was not is known not to be. */
const FOUND: readonly WantedOutcome[] = [
  { fault: 'lost_answer', on: 'order', code: 'OK', paid: 1, requests: 1 },
  { fault: 'cut_body', on: 'order', code: 'OK', paid: 1, requests: 1 },
  { fault: 'garbage_with_200', on: 'order', code: 'OK', paid: 1, requests: 1 },
  { fault: 'wrong_type', on: 'order', code: 'OK', paid: 1, requests: 1 },
  { fault: 'oversize', on: 'order', code: 'OK', paid: 1, requests: 1 },
  { fault: 'server_error', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', outcome: 'rejected', paid: 0 },
  { fault: 'gateway_page', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED', outcome: 'rejected', paid: 0 },
  {
    fault: 'reset_connection',
    on: 'order',
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_CONNECTION_LOST',
    outcome: 'rejected',
    paid: 0,
  },
  // The socket is for looking only.
  { fault: 'socket_lost', on: 'socket', code: 'OK', paid: 1 },
];

const SAME = ['unauthorized', 'forbidden', 'bad_request', 'rate_limit', 'redirect_elsewhere'];

/** ComfyUI under every fault. */
export const comfyuiFaultSubjects: readonly FaultSubject[] = [
  {
    name: 'comfyui',
    emulated: comfyuiEmulator(),
    model: 'qwen-image-edit-2509',
    table: [
      ...FOUND,
      ...WANTED_ON_ORDER.filter(({ fault, times }) => SAME.includes(fault) && times === undefined),
      ...WANTED_ON_POLL.filter(
        ({ times, code }) => times === 1 || code === 'OK' || code === 'DEADLINE_EXCEEDED',
      ).filter(({ fault }) => fault !== 'error_inside_200'),
    ],
    open: (connection, limitMs) =>
      createImageProvider(
        createComfyUiAdapter({
          ...connection,
          poll: { everyMs: 2, limitMs, questionMs: limitMs, failures: 2 },
        }),
      ),
  },
];
