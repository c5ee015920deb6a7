import { ROOT_CONTEXT } from '@opentelemetry/api';
import { DurationHistory } from './duration-history.ts';
import type { MethodPolicy } from './method-policy.ts';
import type { RpcSpan } from './rpc-span.ts';
import { drainingError, ServerCall, type ServerInterceptingCallLike } from './server-call.ts';

const SILENT_SPAN: RpcSpan = { context: ROOT_CONTEXT, traceId: '', end: () => true };

/** The calls that a server is at, and how long past ones took. */
export class LiveCalls {
  draining = false;
  private readonly calls = new Map<ServerCall, MethodPolicy>();
  private readonly histories = new Map<string, DurationHistory>();
  private idle: (() => void) | undefined;

  /** Registers a call that has arrived; it leaves by itself when its status is settled. */
  open(
    path: string,
    wire: ServerInterceptingCallLike,
    policy: MethodPolicy,
    startSpan: (leftMs: number) => RpcSpan,
  ): ServerCall {
    const deadline = wire.getDeadline();
    const leftMs = (deadline instanceof Date ? deadline.getTime() : deadline) - Date.now();
    const span = policy.silent ? SILENT_SPAN : startSpan(leftMs);
    const call = new ServerCall({
      path,
      wire,
      span,
      policy,
      onEnd: (ended, succeeded) => this.closed(ended, succeeded),
    });
    this.calls.set(call, policy);
    return call;
  }

  /** Durations of past calls of a method. */
  historyOf(path: string): DurationHistory {
    let history = this.histories.get(path);
    if (!history) this.histories.set(path, (history = new DurationHistory()));
    return history;
  }

  /** How many calls are under way, health and reflection left out. */
  get count(): number {
    let count = 0;
    for (const policy of this.calls.values()) if (!policy.silent) count++;
    return count;
  }

  /** Ends health and reflection streams, waits up to `graceMs` for the other calls, then ends those with UNAVAILABLE. */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    // A health watcher that stays would hold the server open for ever.
    for (const [call, policy] of this.calls) if (policy.silent) call.end(drainingError());
    if (this.count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const call of this.calls.keys()) call.end(drainingError());
  }

  private closed(call: ServerCall, succeeded: boolean): void {
    this.calls.delete(call);
    if (succeeded) this.historyOf(call.path).add(performance.now() - call.arrivedAtMs);
    if (this.count === 0) this.idle?.();
  }
}
