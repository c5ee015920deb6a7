import { deadlineExceeded, errorOfSignal, FramesongError } from '@framesong/errors';
import { request, type Dispatcher } from 'undici';
import { createCallSlots } from './call-slots.ts';
import { createDispatcher, tellingOfSending } from './dispatchers.ts';
import { decodeBody } from './decode-body.ts';
import { exchangeError, outcomeOf, withOutcome, type Exchange } from './exchange.ts';
import type { HttpAnswer, HttpCall, ServerEvent } from './http-call.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import { cappedUntilAborted, plainHeaders, readCapped } from './read-answer.ts';
import { readRefusal } from './read-refusal.ts';
import { repeatWhereSafe } from './repeat.ts';
import { headersOf, urlOf } from './request-parts.ts';
import { serverEvents } from './sse.ts';
import { timeLimit } from './time-limit.ts';
import { untilAborted } from './until-aborted.ts';

/** HTTP to one provider, careful with money: see {@link HttpCall.cost}. */
export interface HttpClient extends AsyncDisposable {
  readonly provider: string;
  readonly baseUrl: string;
  /**
   * The answer, when its status is 200 to 299.
   * @throws FramesongError `PROVIDER_*`, for paid calls always with outcome; what the signal stands for.
   */
  send(call: HttpCall): Promise<HttpAnswer>;
  /**
   * The events of an answer of type text/event-stream; an answer of any other type is given whole as `answer`.
   * Errors as with {@link send}; leaving the loop early closes the connection.
   */
  stream(call: HttpCall): AsyncGenerator<ServerEvent | { readonly answer: HttpAnswer }>;
  /** Calls under way. */
  readonly active: number;
  close(): Promise<void>;
}

/** No call lasts longer: what providers' gateways end with 504 anyway. */
const CEILING_MS = 180_000;

interface OpenAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** The one way in which adapters speak to providers. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { provider, baseUrl, authorize, readWords, connectTimeoutMs = 30_000, keepAliveMs = 10_000 } = options;
  const limits = { connections: 8, pending: 100, waitMs: 30_000, ...options.limits };
  const { connections } = limits;
  const dispatcher = createDispatcher({ connections, connectTimeoutMs, keepAliveMs, proxy: options.proxy });
  const slots = createCallSlots(provider, limits);
  const repeats = {
    attempts: 4,
    firstMs: 500,
    maxMs: 8000,
    rateDelayMs: 2000,
    longestWaitMs: 60_000,
    ...options.repeats,
  };
  const { userAgent = 'framesong', maxAnswerBytes = 64 * 1024 ** 2 } = options;

  /** One request, from the wait for a connection to the headers; `use` reads the body. */
  async function* exchange<T>(
    call: HttpCall,
    signal: AbortSignal,
    use: (answer: OpenAnswer) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    const state: Exchange = { progress: 'waiting', cost: call.cost, provider };
    const firstByte = timeLimit(call.timeouts?.firstByteMs, () => silence(provider, call.timeouts?.firstByteMs ?? 0));
    const both = AbortSignal.any([signal, firstByte.signal]);
    let leave: (() => void) | undefined;
    let body: Dispatcher.ResponseData['body'] | undefined;
    try {
      leave = await slots.enter(signal);
      const authorized = await authorize?.();
      const headers = headersOf(call, userAgent, authorized?.headers);
      const sending = tellingOfSending(dispatcher, () => {
        state.progress = 'sent';
        firstByte.start();
      });
      // undici looks at the signal only once it is connected, so the wait for a connection is raced with it.
      const response = await untilAborted(
        request(urlOf(baseUrl, call), {
          dispatcher: sending,
          method: call.method,
          headers,
          body: call.body?.bytes ?? null,
          signal: both,
        }),
        both,
      );
      firstByte.stop();
      body = response.body;
      const answer = { status: response.statusCode, headers: plainHeaders(response.headers), body };
      if (answer.status < 200 || answer.status > 299) {
        const refusal = { ...answer, provider, cost: call.cost };
        throw await readRefusal(refusal, { signal: both, secret: authorized?.secret, readWords });
      }
      state.progress = 'accepted';
      yield* use(answer);
    } catch (thrown) {
      throw withOutcome(exchangeError(state, both, thrown), outcomeOf(state));
    } finally {
      firstByte.stop();
      // What is still coming is nobody's; a body that was read to its end leaves the connection open for the next call.
      if (body?.readableEnded === false) body.on('error', () => undefined).destroy();
      leave?.();
    }
  }

  async function readWhole({ status, headers, body }: OpenAnswer, call: HttpCall, signal: AbortSignal) {
    const maxBytes = call.maxResponseBytes ?? maxAnswerBytes;
    const read = await untilAborted(readCapped(provider, body, maxBytes), signal);
    return { status, headers, bytes: await decodeBody(provider, read, headers['content-encoding'], maxBytes) };
  }

  async function send(call: HttpCall): Promise<HttpAnswer> {
    using total = totalLimit(call);
    return await repeatWhereSafe(repeats, call, total.signal, async () => {
      const whole = exchange(call, total.signal, async function* (answer) {
        yield await readWhole(answer, call, total.signal);
      });
      for await (const answer of whole) return answer;
      throw new FramesongError('no answer', { code: 'INTERNAL', reason: 'INTERNAL' });
    });
  }

  async function* stream(call: HttpCall): AsyncGenerator<ServerEvent | { readonly answer: HttpAnswer }> {
    using total = totalLimit(call);
    const { signal } = total;
    const open = (): AsyncGenerator<ServerEvent | { readonly answer: HttpAnswer }> =>
      exchange(call, signal, async function* (answer) {
        if (answer.headers['content-type']?.startsWith('text/event-stream') === true)
          yield* serverEvents(
            cappedUntilAborted(answer.body, provider, call.maxResponseBytes ?? maxAnswerBytes, signal),
          );
        else yield { answer: await readWhole(answer, call, signal) };
      });
    // Only what happens before the first event can be repeated; afterwards the work was accepted.
    const begun = await repeatWhereSafe(repeats, call, signal, async () => {
      const events = open();
      return { events, first: await events.next() };
    });
    try {
      for (let next = begun.first; next.done !== true; next = await begun.events.next()) yield next.value;
    } finally {
      await begun.events.return(undefined);
    }
  }

  function totalLimit(call: HttpCall) {
    if (call.signal.aborted)
      throw withOutcome(errorOfSignal(call.signal), call.cost === 'paid' ? 'not_sent' : undefined);
    const totalMs = Math.min(call.timeouts?.totalMs ?? CEILING_MS, CEILING_MS);
    const limit = timeLimit(totalMs, () =>
      deadlineExceeded(`${provider} took longer than its limit of ${totalMs} ms`, {
        provider,
        stage: 'provider request',
        limitMs: String(totalMs),
      }).with({ reason: 'PROVIDER_TIMEOUT' }),
    );
    limit.start();
    return { signal: AbortSignal.any([call.signal, limit.signal]), [Symbol.dispose]: () => limit.stop() };
  }

  const close = async (): Promise<void> => dispatcher.destroy();
  return {
    provider,
    baseUrl,
    send,
    stream,
    close,
    get active() {
      return slots.active;
    },
    [Symbol.asyncDispose]: close,
  };
}

function silence(provider: string, limitMs: number): FramesongError {
  return deadlineExceeded(`${provider} sent nothing within ${limitMs} ms`, {
    provider,
    stage: 'first byte',
    limitMs: String(limitMs),
  }).with({ reason: 'PROVIDER_TIMEOUT' });
}
