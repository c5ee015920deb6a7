import { HealthCheckResponse_ServingStatus as Serving } from '@framesong/contracts/health';
import { setTimeout as delay } from 'node:timers/promises';
import { errorOfSignal } from '@framesong/errors';
import type { HealthClient } from './framesong.ts';

const ASK_AGAIN_MS = 25;

/** Resolves once a server says that it is SERVING. Ends with what the signal stands for. */
export async function untilServing(health: HealthClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) throw errorOfSignal(signal);
    const status = await health.check({ service: '' }, { timeoutMs: 1_000, signal }).then(
      (answer) => answer.status,
      () => Serving.UNKNOWN,
    );
    if (status === Serving.SERVING) return;
    await delay(ASK_AGAIN_MS);
  }
}
