import { descriptorSetFile } from '@framesong/contracts';
import { openChannel, type ChannelSettings, type RpcChannel } from '../channel.ts';
import type { ServiceBinding } from '../handlers.ts';
import { methodPolicy, type MethodPolicy } from '../method-policy.ts';
import { startServer, type RpcServer } from '../server.ts';
import type { RpcSettings } from '../settings.ts';

/** A real server on a port of its own, with a channel to it; both end with `close`. */
export interface TestServer {
  readonly server: RpcServer;
  readonly channel: RpcChannel;
  readonly address: string;
  open(settings?: ChannelSettings): RpcChannel;
  close(): Promise<void>;
}

/** Starts a server for the given bindings; all methods have the same policy unless `policies` has one of their own. */
export async function startTestServer(
  bindings: readonly ServiceBinding[],
  options: {
    policies?: Readonly<Record<string, MethodPolicy>>;
    policy?: MethodPolicy;
    settings?: Partial<RpcSettings>;
  } = {},
): Promise<TestServer> {
  const server = await startServer({
    services: bindings.map((binding) => ({
      ...binding,
      policies: Object.fromEntries(
        Object.keys(binding.definition).map((name) => [
          name,
          options.policies?.[name] ?? options.policy ?? methodPolicy(),
        ]),
      ),
    })),
    address: { host: '127.0.0.1', port: 0 },
    settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 64, maxQueuedWork: 64, ...options.settings },
    descriptorSetFile,
  });
  const address = `127.0.0.1:${server.port}`;
  const channels: RpcChannel[] = [];
  const open = (settings?: ChannelSettings) => {
    const channel = openChannel(address, settings);
    channels.push(channel);
    return channel;
  };
  return {
    server,
    channel: open(),
    address,
    open,
    close: async () => {
      for (const channel of channels) channel.close();
      await server.drain();
    },
  };
}

/** A promise with its resolver, to wait on an event of a handler. */
export function event<T = void>(): { readonly happened: Promise<T>; readonly happen: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { happened: promise, happen: resolve };
}

/** What a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not reject');
    },
    (thrown: unknown) => thrown,
  );
}
