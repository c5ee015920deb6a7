import type { FramesongError } from '@framesong/errors';
import { readCapped } from './read-answer.ts';
import { refusalError, type ProviderWords, type Refusal } from './refusals.ts';
import type { Secret } from './secret.ts';
import { untilAborted } from './until-aborted.ts';

const MAX_REFUSAL_BYTES = 256 * 1024;
/** Words come with their status; a refusal whose body hangs is a refusal all the same. */
const WORDS_LIMIT_MS = 2000;

/** Reads an adapter's words from the JSON of a refusal. */
export type ReadWords = (body: unknown, status: number) => ProviderWords | undefined;

/** The error for an answer that is no success: its body is read for the provider's own words, without the key. */
export async function readRefusal(
  refusal: Omit<Refusal, 'words'> & { readonly body: AsyncIterable<Uint8Array> },
  { signal, secret, readWords }: { signal: AbortSignal; secret: Secret | undefined; readWords: ReadWords | undefined },
): Promise<FramesongError> {
  const { body, ...answer } = refusal;
  // The status alone says enough when the words get lost.
  const read = readCapped(answer.provider, body, MAX_REFUSAL_BYTES);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(WORDS_LIMIT_MS)]);
  const bytes = await untilAborted(read, limit).catch(() => undefined);
  const words = bytes && wordsOf(bytes.toString('utf8').trim(), answer.status, readWords);
  return refusalError({ ...answer, words: words && withoutSecret(words, secret) });
}

function wordsOf(text: string, status: number, readWords: ReadWords | undefined): ProviderWords | undefined {
  if (text === '') return undefined;
  if (text.startsWith('<')) return { message: 'a page in HTML', isForeign: true };
  try {
    return readWords?.(JSON.parse(text), status) ?? { message: text, isForeign: true };
  } catch {
    return { message: text, isForeign: true };
  }
}

function withoutSecret(words: ProviderWords, secret: Secret | undefined): ProviderWords {
  if (!secret) return words;
  const { code, message } = words;
  return {
    ...words,
    ...(code !== undefined && { code: secret.removeFrom(code) }),
    ...(message !== undefined && { message: secret.removeFrom(message) }),
  };
}
