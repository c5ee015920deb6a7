import { annotate, ATTR, errorType, METRICS, record } from '@framesong/telemetry';
import { toFramesongError } from '@framesong/errors';

/** Runs one order and writes down how long it took, how it ended and what it cost; the active span gets the same. */
export async function measuredCall<T extends { readonly responseId?: string }>(
  provider: string,
  model: string,
  call: () => Promise<T>,
): Promise<T> {
  const startedAtMs = performance.now();
  const who = { [ATTR.genAiProvider]: provider, [ATTR.genAiModel]: model };
  const end = (attributes: Readonly<Record<string, string>>): void =>
    record(METRICS.providerDuration, (performance.now() - startedAtMs) / 1000, { ...who, ...attributes });
  try {
    const made = await call();
    annotate({ ...who, ...(made.responseId !== undefined && { [ATTR.genAiResponseId]: made.responseId }) });
    end({});
    return made;
  } catch (thrown) {
    const { outcome = 'not_sent' } = toFramesongError(thrown);
    annotate({ ...who, [ATTR.providerOutcome]: outcome });
    end({ [ATTR.errorType]: errorType(thrown), [ATTR.providerOutcome]: outcome });
    throw thrown;
  }
}
