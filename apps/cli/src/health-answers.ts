import { HealthCheckResponse_ServingStatus as Serving } from '@framesong/contracts/health';
import { toFramesongError } from '@framesong/errors';
import type { Session } from './session.ts';

const DEFAULT_LIMIT_MS = 2_000;

/** What a service says about itself. */
export interface HealthAnswer {
  readonly service: string;
  readonly address: string;
  /** As in grpc.health.v1, or UNREACHABLE. */
  readonly status: string;
  readonly elapsedMs: number;
  /** Why there is no answer. */
  readonly error?: string;
}

/** Asks all services at once. */
export function askHealth({ framesong, addresses, ...session }: Session): Promise<HealthAnswer[]> {
  const services = [
    ['compression', framesong.compression.health, addresses.compression],
    ['image-generation', framesong.imageGeneration.health, addresses.imageGeneration],
    ['music', framesong.music.health, addresses.music],
  ] as const;
  return Promise.all(
    services.map(async ([service, health, address]) => {
      const startedAt = performance.now();
      const elapsedMs = () => Math.round(performance.now() - startedAt);
      try {
        const { status } = await health.check({ service: '' }, session.call(DEFAULT_LIMIT_MS));
        const name = Object.entries(Serving).find(([, value]) => value === status)?.[0] ?? 'UNKNOWN';
        return { service, address, status: name, elapsedMs: elapsedMs() };
      } catch (thrown) {
        const { message } = toFramesongError(thrown);
        return { service, address, status: 'UNREACHABLE', elapsedMs: elapsedMs(), error: message };
      }
    }),
  );
}
