import { listOf, objectOf, textOf } from '../http/json-fields.ts';
import type { ProviderWords } from '../http/refusals.ts';
import { wordsIn } from './read-words.ts';

/** One place of an answer: a picture, or why there is none. */
export type ArkItem = { readonly url: string } | { readonly base64: string } | { readonly refused: ProviderWords };

/** The places of a complete answer. An answer with status 200 may hold errors in place of pictures. */
export function itemsIn(body: unknown): ArkItem[] {
  return listOf(objectOf(body)?.['data']).flatMap((item) => itemOf(item) ?? []);
}

/** What one place holds; the same in a list and in an event. */
export function itemOf(item: unknown): ArkItem | undefined {
  const fields = objectOf(item);
  const url = textOf(fields?.['url']);
  if (url !== undefined) return { url };
  const base64 = textOf(fields?.['b64_json']);
  if (base64 !== undefined) return { base64 };
  const refused = wordsIn(item);
  return refused && { refused };
}
