import { HealthCheckResponse_ServingStatus, HealthService } from '@framesong/contracts/health';
import { notFound } from '@framesong/errors';
import { bindService, type ServiceBinding } from './handlers.ts';

/**
 * Health of a server by grpc.health.v1: one answer per service and one for `""`, the server as a whole. A service is SERVING
 * unless {@link Health.set} said otherwise or the server drains.
 */
export class Health {
  private serving = true;
  private readonly services: ReadonlySet<string>;
  private draining = false;
  private watching = 0;
  private onUnwatched: (() => void) | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(services: readonly string[]) {
    this.services = new Set(['', ...services]);
  }

  /** Sets the answer for all services: false while a dependency is gone that they cannot do without. */
  set(serving: boolean): void {
    this.serving = serving;
    for (const wake of [...this.watchers]) wake();
  }

  /** Says NOT_SERVING from now on. Resolves when all watchers have been told and their streams ended, after `limitMs` at most. */
  async drain(limitMs: number): Promise<void> {
    this.draining = true;
    for (const wake of [...this.watchers]) wake();
    if (this.watching === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.onUnwatched = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The grpc.health.v1.Health service. */
  binding(): ServiceBinding {
    return bindService(HealthService, {
      check: ({ service }) => {
        if (!this.services.has(service)) {
          return Promise.reject(notFound('service', service, 'ask for "" or a service that reflection lists'));
        }
        return Promise.resolve({ status: this.status(service) });
      },
      list: () =>
        Promise.resolve({ statuses: new Map([...this.services].map((name) => [name, { status: this.status(name) }])) }),
      watch: ({ service }, call) => this.watch(service, call.signal),
    });
  }

  private async *watch(
    service: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ status: HealthCheckResponse_ServingStatus }> {
    this.watching++;
    try {
      let told: HealthCheckResponse_ServingStatus | undefined;
      while (!signal.aborted) {
        const status = this.status(service);
        if (status !== told) yield { status: (told = status) };
        // Ended with OK: after an error some clients drop the message before it.
        if (this.draining) return;
        if (this.status(service) === told) await this.changed(signal);
      }
    } finally {
      this.watching--;
      if (this.watching === 0) this.onUnwatched?.();
    }
  }

  private changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.watchers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private status(service: string): HealthCheckResponse_ServingStatus {
    if (!this.services.has(service)) return HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN;
    return this.serving && !this.draining
      ? HealthCheckResponse_ServingStatus.SERVING
      : HealthCheckResponse_ServingStatus.NOT_SERVING;
  }
}
