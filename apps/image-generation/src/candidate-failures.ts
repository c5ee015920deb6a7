import { fromPlainError, type FramesongError, type Outcome, type PlainError } from '@framesong/errors';
import type { CandidateFacts } from './first-frame-input.ts';

/** From the least to the most that may have been paid. */
const OUTCOMES: readonly Outcome[] = ['not_sent', 'rejected', 'sent_unknown', 'billed'];

/** What is refused before it leaves is refused for the same reason with every seed. */
export function wouldFailAgain({ code, outcome }: PlainError): boolean {
  const isRefusal = code === 'INVALID_ARGUMENT' || code === 'FAILED_PRECONDITION' || code === 'NOT_FOUND';
  return isRefusal && (outcome === undefined || outcome === 'not_sent');
}

/** Why there is no picture at all: the error that is worst for the caller's money, with what became of the others. */
export function noneMade(candidates: readonly CandidateFacts[], wanted: number): FramesongError {
  const failed = candidates.flatMap(({ number, error }) => (error ? [{ number, error }] : []));
  const worst = failed.reduce((left, right) => (riskOf(right.error) > riskOf(left.error) ? right : left));
  const { error } = worst;
  if (wanted === 1) return fromPlainError(error);
  const others = failed
    .filter((other) => other !== worst)
    .map(
      ({ number, error: { message, outcome } }) => `candidate ${number} (${outcome ?? 'nothing ordered'}): ${message}`,
    );
  const message = [`none of ${wanted} candidates was made; candidate ${worst.number}: ${error.message}`, ...others];
  // Whoever writes logs learns by it that the text quotes providers.
  const quoting = failed.find((one) => one.error.metadata?.['providerMessage'] !== undefined)?.error.metadata;
  const metadata = { ...(quoting && { providerMessage: quoting['providerMessage']! }), ...error.metadata };
  return fromPlainError({ ...error, metadata, message: message.join('; ') });
}

function riskOf({ outcome }: PlainError): number {
  return outcome === undefined ? -1 : OUTCOMES.indexOf(outcome);
}
