import { defineSettings, durationMs, flag, integer, type SettingsOf } from '@framesong/config';

/** Settings of every gRPC server. */
export const rpcSettings = defineSettings('rpc', {
  allowPlaintext: flag({
    env: 'FRAMESONG_RPC_PLAINTEXT',
    default: false,
    description:
      'Listen without TLS on addresses that other machines can reach. Only for private networks of trusted peers.',
  }),
  drainGraceMs: durationMs({
    env: 'FRAMESONG_DRAIN_GRACE',
    default: '30s',
    min: '0s',
    max: '1h',
    description: 'How long live calls may go on after a stop was asked for; then they end with UNAVAILABLE.',
  }),
  maxConcurrentWork: integer({
    env: 'FRAMESONG_RPC_MAX_WORK',
    default: 64,
    min: 1,
    max: 10_000,
    unit: 'calls',
    description: 'Calls that do work at once, over all methods of a service.',
  }),
  maxQueuedWork: integer({
    env: 'FRAMESONG_RPC_MAX_QUEUED',
    default: 256,
    min: 0,
    max: 100_000,
    unit: 'calls',
    description: 'Calls that may wait for their turn; more are refused with RESOURCE_EXHAUSTED and a delay.',
  }),
});

/** Resolved {@link rpcSettings}. */
export type RpcSettings = SettingsOf<typeof rpcSettings>;
