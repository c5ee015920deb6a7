import { FramesongError, type ErrorCode, type Outcome } from '@framesong/errors';
import { listOf, objectOf, textOf } from '../http/json-fields.ts';
import { answerInvalid } from '../http/read-answer.ts';
import { shortened, type ProviderWords } from '../http/refusals.ts';

/** A prediction as far as it is of use here. */
export interface Prediction {
  readonly id: string;
  readonly status: string;
  /** Where the results are; data URIs are possible. */
  readonly output: readonly string[];
  readonly error: string | undefined;
}

/** @throws FramesongError UNAVAILABLE for a body that is no prediction. */
export function predictionIn(body: unknown): Prediction {
  const fields = objectOf(body);
  const id = textOf(fields?.['id']);
  const status = textOf(fields?.['status']);
  if (id === undefined || status === undefined) throw answerInvalid('replicate', 'is no prediction');
  const output = fields?.['output'];
  const places = typeof output === 'string' ? [output] : listOf(output).flatMap((place) => textOf(place) ?? []);
  return { id, status, output: places, error: textOf(fields?.['error']) };
}

/** The words of `{title, detail, status}`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const fields = objectOf(body);
  const code = textOf(fields?.['title']);
  const message = textOf(fields?.['detail']);
  if (code === undefined && message === undefined) return undefined;
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }) };
}

/** Sensitive content is told with this code in the text of the error. */
const SENSITIVE = /\bE005\b|flagged as sensitive|NSFW/i;

/** What a prediction that will never succeed stands for; undefined for one that is done or under way. */
export function endOf({ id, status, error }: Prediction): FramesongError | undefined {
  const common = {
    provider: 'replicate',
    taskId: id,
    ...(error !== undefined && { providerMessage: shortened(error) }),
  };
  const said = error === undefined ? '' : `: "${shortened(error)}"`;
  const ended = (
    text: string,
    code: ErrorCode,
    reason: string,
    outcome: 'billed' | 'sent_unknown' | 'rejected',
  ): FramesongError => new FramesongError(`replicate ${text}${said}`, { code, reason, outcome, metadata: common });
  if (status === 'failed' && error !== undefined && SENSITIVE.test(error))
    return ended('refused the content, change the prompt, the lyrics or the references', 'INVALID_ARGUMENT', 'PROVIDER_CONTENT_REFUSED', 'billed'); // prettier-ignore
  if (status === 'failed') return ended('could not make it', 'UNAVAILABLE', 'PROVIDER_TASK_FAILED', 'billed');
  if (status === 'canceled') return ended('has cancelled the prediction', 'UNAVAILABLE', 'PROVIDER_TASK_FAILED', 'sent_unknown'); // prettier-ignore
  // Its time was over before it began: documented as not charged for.
  if (status === 'aborted') return ended('did not begin in time', 'UNAVAILABLE', 'PROVIDER_TASK_ABORTED', 'rejected');
  return undefined;
}

/** What the end of a cancelled prediction costs; undefined for one that is not cancelled. */
export function outcomeOfCancel({ status }: Prediction): Outcome | undefined {
  // What ran until then may be charged for; what did not begin is not.
  return status === 'canceled' ? 'sent_unknown' : status === 'aborted' ? 'rejected' : undefined;
}
