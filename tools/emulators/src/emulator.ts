import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EmulatedProvider, EmulatedRequest, EmulatedRoute } from './emulated-provider.ts';
import { createFaultScript, type FaultLine, type FaultScript } from './faults/fault-script.ts';
import { deliver, strikeOf } from './faults/strike-fault.ts';
import { createPaidCalls, type PaidCalls } from './paid-calls.ts';
import { acceptWebSocket, breakingAt } from './web-socket.ts';
import { refused, RequestRefused } from './requests/request-refused.ts';

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Default 0: any that is free. */
  readonly port?: number;
  readonly faults?: readonly FaultLine[];
  /** Default `test-key`; empty accepts any. */
  readonly key?: string;
  /** Default 0. */
  readonly latencyMs?: number;
  readonly variants?: Readonly<Record<string, string>>;
}

/** A provider on loopback. */
export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:4711` */
  readonly url: string;
  readonly key: string;
  readonly faults: FaultScript;
  readonly paid: PaidCalls;
  /** Every request that has come, in order. */
  readonly seen: readonly SeenRequest[];
  /** The next request of this purpose that comes from now on. */
  next(purpose: SeenRequest['purpose']): Promise<SeenRequest>;
  /** Requests that are not answered to their end, and whose caller has not gone. */
  readonly pending: number;
  /** Connections that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** A request that came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly purpose: EmulatedRoute['purpose'] | 'unknown';
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** Settles when it was answered to its end, or the caller went. */
  readonly ended: Promise<'answered' | 'left'>;
}

/** A socket that gets lost has said something before. */
const BREAKS_AT_MESSAGE = 3;
const MAX_BODY_BYTES = 128 * 1024 ** 2;

/** Starts a provider on 127.0.0.1. */
export async function startEmulator(provider: EmulatedProvider, options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, key = 'test-key', latencyMs = 0, variants = {} } = options;
  const faults = createFaultScript(options.faults);
  const paid = createPaidCalls();
  const seen: SeenRequest[] = [];
  const pending = new Set<ServerResponse>();
  const waiting: { readonly purpose: string; readonly tell: (request: SeenRequest) => void }[] = [];
  const routes = provider
    .routes({ key, latencyMs, paid, variants })
    .map((route) => ({ route, match: matcherOf(route) }));

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '/', origin);
    const headers = plain(message);
    const found = routes.flatMap(({ route, match }) => {
      const params = route.method === message.method ? match(url.pathname) : undefined;
      return params ? [{ route, params }] : [];
    })[0];
    const line = found && faults.strike(found.route.purpose);
    const strike = line ? strikeOf(line, provider) : {};
    const bytes = strike.dropsBefore === true ? Buffer.alloc(0) : await readBody(message);
    const ended = new Promise<'answered' | 'left'>((resolve) =>
      response.once('close', () => resolve(response.writableFinished ? 'answered' : 'left')),
    );
    const method = message.method ?? '';
    const arrived = {
      method,
      path: url.pathname,
      purpose: found?.route.purpose ?? 'unknown',
      headers,
      bytes,
      ended,
    } as const;
    seen.push(arrived);
    const told = waiting.findIndex(({ purpose }) => purpose === arrived.purpose);
    if (told !== -1) waiting.splice(told, 1)[0]!.tell(arrived);
    if (strike.dropsBefore === true) return void message.destroy();
    if (!found) return deliver(response, { status: 404, json: provider.refusal(404, NO_ROUTE) }, undefined);
    if (strike.instead) return deliver(response, strike.instead, strike.delivery);
    const { route, params } = found;
    const request: EmulatedRequest = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      bytes,
      params,
      origin,
      quirk: faults.quirk(),
    };
    const made = await handled(provider, route, request);
    await deliver(response, strike.spoil && made.status < 300 ? strike.spoil(made) : made, strike.delivery);
  }

  const server = http.createServer((message, response) => {
    pending.add(response);
    response.once('close', () => pending.delete(response));
    answer(message, response).catch((thrown: unknown) => response.destroy(thrown as Error));
  });
  const sockets = new Set<Duplex>();
  server.on('upgrade', (message, stream) => {
    sockets.add(stream);
    stream.once('close', () => sockets.delete(stream));
    stream.on('error', () => undefined);
    const line = faults.strike('socket');
    if (line?.kind === 'hang') return;
    if (!provider.onSocket || (line && line.kind !== 'socket_lost')) return void stream.destroy();
    const url = new URL(message.url ?? '/', origin);
    const socket = acceptWebSocket(message, stream);
    const lost = line ? breakingAt(socket, BREAKS_AT_MESSAGE) : socket;
    provider.onSocket(lost, { path: url.pathname, query: url.searchParams });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const stream of sockets) stream.destroy();
    });
  return {
    url: origin,
    key,
    faults,
    paid,
    seen,
    get pending() {
      return pending.size;
    },
    next: (purpose) => new Promise((tell) => waiting.push({ purpose, tell })),
    connections: () => new Promise((resolve) => server.getConnections((_, count) => resolve(count))),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const NO_ROUTE = { code: 'NOT_FOUND', message: 'no such route' };

async function handled(provider: EmulatedProvider, route: EmulatedRoute, request: EmulatedRequest) {
  try {
    return await route.handle(request);
  } catch (thrown) {
    if (!(thrown instanceof RequestRefused)) throw thrown;
    return { status: thrown.status, json: provider.refusal(thrown.status, thrown) };
  }
}

function matcherOf({ path }: EmulatedRoute): (pathname: string) => Record<string, string> | undefined {
  const source = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const expression = new RegExp(`^${source}$`);
  return (pathname) => {
    const match = expression.exec(pathname);
    return match ? { ...match.groups } : undefined;
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw refused(413, 'REQUEST_TOO_LARGE', `at most ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function plain({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
