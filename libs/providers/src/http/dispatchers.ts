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
