import { Client, credentials, type ChannelOptions } from '@grpc/grpc-js';
import { createClientInterceptor } from './client-interceptor.ts';
import { MAX_MESSAGE_BYTES } from './message-limit.ts';

/** A connection to one server, shared by the typed clients made on it. */
export interface RpcChannel {
  readonly address: string;
  readonly client: Client;
  close(): void;
}

/** How to open a channel. */
export interface ChannelSettings {
  /** A connection of its own, for bulk transfers and long streams: a cancel storm on one connection takes all its streams along. */
  readonly dedicated?: boolean;
  /** `/package.Service/Method` paths that are safe to repeat: tried again on UNAVAILABLE, 3 times in all, 0.1 to 2 s apart. */
  readonly idempotentPaths?: readonly string[];
}

/** Opens a plaintext channel; it connects at the first call and reconnects by itself within 3 s. */
export function openChannel(address: string, settings: ChannelSettings = {}): RpcChannel {
  const options: ChannelOptions = {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    // The default grows to 16 s, long after the server is back.
    'grpc.max_reconnect_backoff_ms': 3_000,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc.service_config': JSON.stringify(serviceConfig(settings.idempotentPaths ?? [])),
    ...(settings.dedicated && { 'grpc.use_local_subchannel_pool': 1 }),
  };
  const client = new Client(address, credentials.createInsecure(), {
    ...options,
    interceptors: [createClientInterceptor(address)],
  });
  return { address, client, close: () => client.close() };
}

function serviceConfig(paths: readonly string[]) {
  const name = paths.map((path) => {
    const [service = '', method = ''] = path.slice(1).split('/');
    return { service, method };
  });
  if (name.length === 0) return {};
  return {
    methodConfig: [
      {
        name,
        retryPolicy: {
          maxAttempts: 3,
          initialBackoff: '0.1s',
          maxBackoff: '2s',
          backoffMultiplier: 3,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
    retryThrottling: { maxTokens: 50, tokenRatio: 0.1 },
  };
}
