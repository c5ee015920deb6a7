import { deadlineExceeded, errorOfSignal, FramesongError } from '@framesong/errors';
import { request, type Dispatcher } from 'undici';
import { createCallSlots, type CallSlot } from './call-slots.ts';
import { createConnections, tellingOfSending } from './dispatchers.ts';
import { decodeBody } from './decode-body.ts';
import { openFileSink } from './download-sink.ts';
import { exchangeClocks } from './exchange-clocks.ts';
import { exchangeError, outcomeOf, withOutcome, type Exchange } from './exchange.ts';
import type { HttpAnswer, HttpCall, ServerEvent } from './http-call.ts';
import type { HttpClientOptions } from './http-client-options.ts';
import { startPartialDownload, type DownloadedFile, type ExpectedFile } from './partial-download.ts';
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
  /**
   * The body of an answer, into a file, never more than a piece of it in memory; a repeat resumes where it can.
   * @throws FramesongError as {@link send}; `PROVIDER_RESULT_INVALID` for what is too large or of no type that is expected
   */
  save(call: HttpCall, file: ExpectedFile & { readonly path: string }): Promise<DownloadedFile>;
  /** Calls under way. */
  readonly active: number;
  close(): Promise<void>;
}

/** What providers' gateways end with 504 anyway. */
const LONGEST_CALL_MS = 180_000;

interface OpenAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The one way in which adapters speak to providers. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { provider, baseUrl, authorize, readWords, connectTimeoutMs = 30_000, keepAliveMs = 10_000 } = options;
  const { writeTimeoutMs: writeMs, readTimeoutMs: readMs } = options;
  const limits = { connections: 8, pending: 100, waitMs: 30_000, ...options.limits };
  const { connections } = limits;
  const { keptConnections: kept = connections, proxy } = options;
  const wires = createConnections({ connections, kept, connectTimeoutMs, keepAliveMs, proxy });
  const slots = createCallSlots(provider, limits);
  const repeats = {
    attempts: 4,
    firstMs: 500,
    maxMs: 8000,
    rateDelayMs: 2000,
    longestWaitMs: 60_000,
    ...options.repeats,
  };
  const { userAgent = 'framesong', maxAnswerBytes = 64 * 1024 ** 2, longestCallMs = LONGEST_CALL_MS } = options;

  /** One request, from the wait for a connection to the headers; `use` reads the body. */
  async function* exchange<T>(
    call: HttpCall,
    signal: AbortSignal,
    use: (answer: OpenAnswer) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    const state: Exchange = { progress: 'waiting', cost: call.cost, provider };
    const clocks = exchangeClocks(provider, { firstByteMs: call.timeouts?.firstByteMs, writeMs, readMs });
    const both = AbortSignal.any([signal, clocks.signal]);
    let slot: CallSlot | undefined;
    let body: Dispatcher.ResponseData['body'] | undefined;
    try {
      slot = await slots.enter(signal);
      const { dispatcher, isKept } = wires.ofSlot(slot.number);
      const authorized = await authorize?.();
      const headers = headersOf(call, userAgent, authorized?.headers);
      const sending = tellingOfSending(dispatcher, () => {
        state.progress = 'sent';
        clocks.sending();
      });
      // undici looks at the signal only once it is connected, so the wait for a connection is raced with it.
      const response = await untilAborted(
        request(urlOf(baseUrl, call), {
          dispatcher: sending,
          method: call.method,
          headers,
          body: call.body ? clocks.bodyOf(call.body.bytes) : null,
          ...(!isKept && { reset: true }),
          signal: both,
        }),
        both,
      );
      clocks.answered();
      body = response.body;
      const { statusCode: status, headers: told } = response;
      const answer = { status, headers: plainHeaders(told), body: clocks.reading(body) };
      if (answer.status < 200 || answer.status > 299) {
        const refusal = { ...answer, provider, cost: call.cost };
        throw await readRefusal(refusal, { signal: both, secret: authorized?.secret, readWords });
      }
      state.progress = 'accepted';
      yield* use(answer);
    } catch (thrown) {
      throw withOutcome(exchangeError(state, both, thrown), outcomeOf(state));
    } finally {
      clocks.stop();
      // What is still coming is nobody's; a body that was read to its end leaves the connection open for the next call.
      if (body?.readableEnded === false) body.on('error', () => undefined).destroy();
      slot?.leave();
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

  async function save(call: HttpCall, { path, ...expected }: ExpectedFile & { readonly path: string }) {
    using total = totalLimit(call);
    const { signal } = total;
    await using sink = await openFileSink(path);
    const partial = startPartialDownload(urlOf(baseUrl, call), expected, sink);
    return await repeatWhereSafe(repeats, call, signal, async () => {
      const resumed = { ...call, headers: { accept: '*/*', ...call.headers, ...partial.rangeHeaders() } };
      const saving = exchange(resumed, signal, async function* ({ status, headers, body }) {
        await partial.begin(status, headers);
        // The file has a limit of its own.
        for await (const chunk of cappedUntilAborted(body, provider, Infinity, signal)) await partial.add(chunk);
        yield partial.complete();
      });
      for await (const file of saving) return file;
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
    const totalMs = Math.min(call.timeouts?.totalMs ?? longestCallMs, longestCallMs);
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

  const close = (): Promise<void> => wires.destroy();
  return {
    provider,
    baseUrl,
    send,
    save,
    stream,
    close,
    get active() {
      return slots.active;
    },
    [Symbol.asyncDispose]: close,
  };
}
