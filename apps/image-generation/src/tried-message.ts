import type { FallbackProvider, TriedProvider } from '@framesong/contracts/image/v1/first_frame';
import { Outcome } from '@framesong/contracts/job/v1/job';
import { durationOfMs } from '@framesong/rpc';
import type { AskedModel, TriedFacts } from './first-frame-input.ts';

const OUTCOMES = {
  not_sent: Outcome.NOT_SENT,
  rejected: Outcome.REJECTED,
  sent_unknown: Outcome.SENT_UNKNOWN,
  billed: Outcome.BILLED,
} as const;

/** Who was asked for a frame, as its result tells it. */
export function triedMessages(tried: readonly TriedFacts[] = []): TriedProvider[] {
  return tried.map(({ provider, model, status, tookMs, reason = '', message = '', outcome }) => ({
    provider,
    model,
    status,
    reason,
    message,
    outcome: outcome ? OUTCOMES[outcome] : Outcome.UNSPECIFIED,
    time: durationOfMs(tookMs),
  }));
}

/** Who may be asked, as the effective request tells it. */
export function fallbackMessages(fallbacks: readonly AskedModel[] = []): FallbackProvider[] {
  return fallbacks.map(({ provider, model }) => ({ provider, model }));
}
