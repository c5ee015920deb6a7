import type { FramesongError } from '@framesong/errors';
import { listOf, objectOf, textOf } from '../http/json-fields.ts';
import { isOfProvider, type ProviderWords } from '../http/refusals.ts';

/** Places of the pictures in a result: `images[].url`, or a single `image`. */
export function picturesIn(body: unknown): string[] {
  const fields = objectOf(body);
  const images = listOf(fields?.['images']).flatMap((image) => textOf(objectOf(image)?.['url']) ?? []);
  const single = textOf(objectOf(fields?.['image'])?.['url']);
  return images.length > 0 ? images : single === undefined ? [] : [single];
}

/** The words of `{detail}`, which is a text, or a list of `{loc, msg, type}`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const detail = objectOf(body)?.['detail'];
  const text = textOf(detail);
  if (text !== undefined) return { message: text };
  const faults = listOf(detail).map((fault) => objectOf(fault) ?? {});
  const [first] = faults;
  if (!first) return undefined;
  const code = textOf(first['type']);
  const message = faults.map((fault) => `${listOf(fault['loc']).join('.')}: ${textOf(fault['msg']) ?? ''}`).join('; ');
  const isModerated = code === 'content_policy_violation' || code === 'content_moderation';
  return { ...(code !== undefined && { code }), message, ...(isModerated && { kind: 'moderation' as const }) };
}

/**
 * What a refusal of the result stands for: that of the model, which has done the work, or tried. Whether that is charged for is
 * documented nowhere. What a gateway answers says nothing of the task.
 */
export function ofTheModel(error: FramesongError): FramesongError {
  if (error.code !== 'INVALID_ARGUMENT' || !isOfProvider(error)) return error;
  const isOfContent = error.reason === 'PROVIDER_CONTENT_REFUSED';
  return error.with({ outcome: 'sent_unknown', ...(!isOfContent && { reason: 'PROVIDER_TASK_REFUSED' }) });
}
