import type { ProviderWords } from '../http/refusals.ts';
import { listOf, numberOf, objectOf, textOf } from '../http/json-fields.ts';

/** Where a picture is: at a URL, or in the answer itself. */
export type PictureSource = { readonly url: string } | { readonly base64: string };

/** The pictures of an answer, by its keys and not by the model: `data[]`, then `images[]`, then `image_urls[]`. */
export function picturesIn(body: unknown): PictureSource[] {
  const answer = objectOf(body) ?? {};
  const data = listOf(answer['data']).flatMap((item) => sourcesOf(item));
  if (data.length > 0) return data;
  const images = listOf(answer['images']).flatMap((item) => sourcesOf(item));
  return images.length > 0 ? images : listOf(answer['image_urls']).flatMap((item) => sourcesOf(item));
}

function sourcesOf(item: unknown): PictureSource[] {
  if (typeof item === 'string' && item !== '')
    return [/^https?:\/\//i.test(item) ? { url: item } : { base64: bare(item) }];
  const fields = objectOf(item);
  const url = textOf(fields?.['url']) ?? textOf(fields?.['image_url']);
  if (url !== undefined) return [{ url }];
  const base64 = textOf(fields?.['b64_json']) ?? textOf(fields?.['image_base64']);
  return base64 === undefined ? [] : [{ base64: bare(base64) }];
}

function bare(text: string): string {
  return text.replace(/^data:[^,]*,/, '');
}

/** The words of an error, in any of the envelopes: the service's own, OpenAI's, or a bare `message`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const envelope = objectOf(body);
  if (!envelope) return undefined;
  const inner = objectOf(envelope['error']) ?? envelope;
  const reason = textOf(inner['reason']) ?? textOf(inner['type']);
  const code = reason ?? textOf(inner['code']) ?? numberOf(inner['code'])?.toString();
  const details = textOf(objectOf(inner['metadata'])?.['details']);
  const said = textOf(inner['message']) ?? textOf(envelope['error']);
  if (code === undefined && said === undefined) return undefined;
  const message = [said, details].filter((text) => text !== undefined).join(': ');
  const kind = kindOf(`${code ?? ''} ${message}`);
  return { ...(code !== undefined && { code }), ...(message !== '' && { message }), ...(kind && { kind }) };
}

/** The status that an error inside a 200 stands for; undefined when the body is no error. */
export function errorInside(body: unknown): { readonly status: number; readonly words: ProviderWords } | undefined {
  const envelope = objectOf(body);
  if (!envelope || !('error' in envelope || 'message' in envelope || 'reason' in envelope)) return undefined;
  if (picturesIn(body).length > 0 || envelope['task_id'] !== undefined || envelope['task'] !== undefined)
    return undefined;
  const words = wordsIn(body);
  if (!words) return undefined;
  const code = numberOf(envelope['code']) ?? numberOf(objectOf(envelope['error'])?.['code']);
  return { status: code !== undefined && code >= 400 && code <= 599 ? code : 400, words };
}

/** What an error is about, as far as its words tell. */
export function kindOf(text: string): ProviderWords['kind'] | undefined {
  if (/nsfw|sensitive|moderation|safety|content.?policy|prohibited|违规|敏感/i.test(text)) return 'moderation';
  if (/insufficient_quota|billing_hard_limit/i.test(text)) return 'quota';
  if (/model_?not_?found|unsupported_?model/i.test(text)) return 'unknown_model';
  return undefined;
}
