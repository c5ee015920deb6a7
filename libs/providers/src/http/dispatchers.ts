import { Agent, buildConnector, EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** Which proxy is used for whom, as in the variables of the same names. */
export interface ProxyRules {
  /** Empty or absent: none. */
  readonly httpsProxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  /** Hosts that are reached without it, separated by commas. Loopback always is. */
  readonly noProxy?: string | undefined;
}

/** What the connections to one provider are made of. */
export interface DispatcherOptions {
  readonly connections: number;
  /** Name resolution and TLS included. */
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept. */
  readonly keepAliveMs: number;
  readonly proxy?: ProxyRules | undefined;
}

const LOOPBACK = 'localhost,127.0.0.1,::1';

/**
 * The connections to one provider. undici's own limits of 300 s on header and body are off: time limits come with each call.
 * One request per connection at a time: with pipelining a broken connection would leave several outcomes unknown.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { connections, connectTimeoutMs, keepAliveMs, proxy } = options;
  const agentOptions = {
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: 16 * 1024,
    connect: buildConnector({ timeout: connectTimeoutMs, allowH2: false }),
  };
  if (!proxy?.httpsProxy && !proxy?.httpProxy) return new Agent(agentOptions);
  return new EnvHttpProxyAgent({
    ...agentOptions,
    // Never absent: undici would read the environment by itself.
    httpsProxy: proxy.httpsProxy ?? '',
    httpProxy: proxy.httpProxy ?? '',
    noProxy: [LOOPBACK, proxy.noProxy ?? ''].join(','),
  });
}

/** The connections of the calls to one provider, by the number of a call's slot. */
export interface Connections {
  /** `isKept`: what carries this call stays open for the next one; else it is closed with the answer. */
  ofSlot(slot: number): { readonly dispatcher: Dispatcher; readonly isKept: boolean };
  destroy(): Promise<void>;
}

/**
 * Connections of which at most `kept` stay open when nothing is under way. undici has no such limit, so each slot then has a
 * connection of its own, and only those of the first slots are kept; slots are given out from the lowest.
 */
export function createConnections(options: DispatcherOptions & { readonly kept: number }): Connections {
  const { connections, kept } = options;
  if (kept >= connections) {
    const all = { dispatcher: createDispatcher(options), isKept: true };
    return { ofSlot: () => all, destroy: () => all.dispatcher.destroy() };
  }
  const each = Array.from({ length: connections }, (_, slot) => ({
    dispatcher: createDispatcher({ ...options, connections: 1 }),
    isKept: slot < kept,
  }));
  return {
    ofSlot: (slot) => each[slot]!,
    async destroy() {
      await Promise.all(each.map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}

/** The same dispatcher, calling `onSending` in the moment before the first byte of a request is written. */
export function tellingOfSending(dispatcher: Dispatcher, onSending: () => void): Dispatcher {
  return dispatcher.compose((dispatch) => (request, handler) => {
    const telling: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => {
        onSending();
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    };
    return dispatch(request, telling);
  });
}
