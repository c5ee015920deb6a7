import { HealthCheckResponse_ServingStatus, HealthService } from '@framesong/contracts/health';
import { notFound } from '@framesong/errors';
import { bindService, type ServiceBinding } from './handlers.ts';

/**
 * Health of a server by grpc.health.v1: one answer per service and one for `""`, the server as a whole. A service is SERVING
 * when `isServing` says so and the server does not drain.
 */
export class Health {
  private serving = true;
  private readonly services: ReadonlySet<string>;
  private readonly watchers = new Set<() => void>();

  constructor(services: readonly string[]) {
    this.services = new Set(['', ...services]);
  }

  /** Sets the answer for all services: false while a dependency is gone that they cannot do without, and at drain. */
  set(serving: boolean): void {
    if (this.serving === serving) return;
    this.serving = serving;
    for (const wake of this.watchers) wake();
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
    let told: HealthCheckResponse_ServingStatus | undefined;
    while (!signal.aborted) {
      const status = this.status(service);
      if (status !== told) yield { status: (told = status) };
      await this.changed(signal);
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
    return this.serving ? HealthCheckResponse_ServingStatus.SERVING : HealthCheckResponse_ServingStatus.NOT_SERVING;
  }
}
