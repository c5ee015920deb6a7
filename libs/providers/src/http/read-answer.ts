import { FramesongError } from '@framesong/errors';
import type { HttpAnswer } from './http-call.ts';
import { untilAborted } from './until-aborted.ts';

/** Reads a body and gives up as soon as it is larger than it may be. */
export async function readCapped(provider: string, body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw answerTooLarge(provider, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** UNAVAILABLE: more bytes than any proper answer has. */
export function answerTooLarge(provider: string, maxBytes: number): FramesongError {
  return new FramesongError(`the answer of ${provider} is larger than ${maxBytes} bytes and was given up`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_ANSWER_TOO_LARGE',
    metadata: { provider, maxBytes: String(maxBytes) },
  });
}

/** The first value of each header. */
export function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name, first] as const];
    }),
  );
}

/**
 * The JSON of an answer with a status of success.
 * @throws FramesongError `PROVIDER_ANSWER_INVALID`; of a paid call with outcome: a page in HTML comes from something in
 * between, so nobody knows (`sent_unknown`); anything else came from the provider, which has done its work (`billed`).
 */
export function jsonOf(
  { bytes }: HttpAnswer,
  { provider, cost }: { provider: string; cost: 'paid' | 'free' },
): unknown {
  const text = bytes.toString('utf8').trim();
  try {
    return JSON.parse(text);
  } catch {
    const isPage = text.startsWith('<');
    throw answerInvalid(provider, isPage ? 'is a page in HTML' : 'is no JSON').with(
      cost === 'paid' ? { outcome: isPage ? 'sent_unknown' : 'billed' } : {},
    );
  }
}

/** UNAVAILABLE: the answer is not what the provider documents. */
export function answerInvalid(provider: string, what: string): FramesongError {
  return new FramesongError(`the answer of ${provider} ${what}`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_ANSWER_INVALID',
    metadata: { provider },
  });
}

/** The chunks of a body, until there are too many or the signal fires. */
export async function* cappedUntilAborted(
  body: AsyncIterable<Uint8Array>,
  provider: string,
  maxBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let sizeBytes = 0;
  for (;;) {
    const next = await untilAborted(chunks.next(), signal);
    if (next.done === true) return;
    sizeBytes += next.value.byteLength;
    if (sizeBytes > maxBytes) throw answerTooLarge(provider, maxBytes);
    yield next.value;
  }
}
