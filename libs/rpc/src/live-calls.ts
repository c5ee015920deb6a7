import type { Metadata } from '@grpc/grpc-js';
import { FramesongError } from '@framesong/errors';
import { DurationHistory } from './duration-history.ts';
import type { MethodPolicy } from './method-policy.ts';
import { drainingError } from './refusal.ts';
import { SILENT_SPAN, startServerSpan } from './rpc-span.ts';
import { ServerCall, type WireCall } from './server-call.ts';
import { tenantOf } from './tenant.ts';

/** The calls that a server is at, and how long past ones took. */
export class LiveCalls {
  private draining = false;
  private readonly calls = new Map<ServerCall, MethodPolicy>();
  private readonly histories = new Map<string, DurationHistory>();
  private onIdle: (() => void) | undefined;

  /** True from the moment that new calls are refused. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** How many calls are under way, health and reflection left out. */
  get count(): number {
    let count = 0;
    for (const policy of this.calls.values()) if (!policy.silent) count++;
    return count;
  }

  /**
   * Registers a call that has arrived, and starts its span; it leaves by itself when it is over. One that names its tenant
   * wrongly is over at once.
   */
  open(path: string, wire: WireCall, policy: MethodPolicy, metadata: Metadata): ServerCall {
    const span = policy.silent
      ? SILENT_SPAN
      : startServerSpan(path, metadata, { peer: wire.getPeer(), leftMs: Number(wire.getDeadline()) - Date.now() });
    const tenant = tenantOf(metadata);
    const call = new ServerCall({
      path,
      tenant: tenant instanceof FramesongError ? '' : tenant,
      wire,
      span,
      policy,
      metadata,
      onEnd: (ended, succeeded) => this.close(ended, succeeded),
    });
    this.calls.set(call, policy);
    if (tenant instanceof FramesongError) call.end(tenant);
    return call;
  }

  /** Durations of past calls of a method. */
  historyOf(path: string): DurationHistory {
    let history = this.histories.get(path);
    if (!history) this.histories.set(path, (history = new DurationHistory()));
    return history;
  }

  /** From now on new calls are refused. */
  refuseNew(): void {
    this.draining = true;
  }

  /** Waits up to `graceMs` for the calls under way, health and reflection left out, then ends all with UNAVAILABLE. */
  async finish(graceMs: number): Promise<void> {
    if (this.count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const call of this.calls.keys()) call.end(drainingError());
  }

  private close(call: ServerCall, succeeded: boolean): void {
    this.calls.delete(call);
    if (succeeded) this.historyOf(call.path).add(performance.now() - call.arrivedAtMs);
    if (this.count === 0) this.onIdle?.();
  }
}
