import { Metadata, type ServerInterceptingCall, type StatusObject } from '@grpc/grpc-js';
import { cancelled, deadlineExceeded, errorCodeOf, FramesongError, unavailable } from '@framesong/errors';
import type { StageTiming } from '@framesong/telemetry';
import type { CallContext, CallerIdentity } from './call-context.ts';
import type { MethodPolicy } from './method-policy.ts';
import { returnOverheadMs } from './method-policy.ts';
import type { RpcSpan } from './rpc-span.ts';
import { statusObjectOf } from './status.ts';

/** Timers of Node wrap around beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The caller's own timer usually wins the race against ours by some milliseconds. */
const DEADLINE_RACE_MS = 25;

/** One call on the server from its first byte to its status: the signal, the clock, the span. */
export class ServerCall implements CallContext {
  readonly path: string;
  readonly peer: string;
  readonly identity?: CallerIdentity;
  readonly deadlineEpochMs: number;
  readonly arrivedAtMs = performance.now();
  /** Stage timings of the handler, told in the trailers. */
  stages: () => readonly StageTiming[] = () => [];
  private readonly abort = new AbortController();
  private readonly span: RpcSpan;
  private readonly wire: ServerInterceptingCallLike;
  private readonly callerDeadlineEpochMs: number;
  private readonly onEnd: (call: ServerCall, succeeded: boolean) => void;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(options: {
    path: string;
    wire: ServerInterceptingCallLike;
    span: RpcSpan;
    policy: MethodPolicy;
    onEnd: (call: ServerCall, succeeded: boolean) => void;
  }) {
    this.path = options.path;
    this.wire = options.wire;
    this.span = options.span;
    this.onEnd = options.onEnd;
    this.peer = options.wire.getPeer();
    this.callerDeadlineEpochMs = epochMs(options.wire.getDeadline());
    const now = Date.now();
    const leftMs = this.callerDeadlineEpochMs - now;
    const allowedMs = Number.isFinite(leftMs)
      ? Math.min(leftMs - returnOverheadMs(leftMs), options.policy.maxDeadlineMs)
      : options.policy.defaultDeadlineMs;
    this.deadlineEpochMs = now + allowedMs;
    if (allowedMs <= LONGEST_TIMER_MS) {
      this.timer = setTimeout(() => this.abort.abort(this.overrun()), Math.max(0, allowedMs));
    }
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get traceId(): string {
    return this.span.traceId;
  }

  get spanContext(): RpcSpan['context'] {
    return this.span.context;
  }

  remainingMs(): number {
    return Math.max(0, this.deadlineEpochMs - Date.now());
  }

  /** Trailers that let a caller find the trace and read the timings without any backend. */
  trailers(): Metadata {
    const metadata = new Metadata();
    metadata.set('trace-id', this.traceId);
    const timings = this.stages().slice(0, 40);
    if (timings.length > 0) {
      const entries = timings.map(
        (stage) => `${stage.name.replaceAll(/[^\w]+/g, '_')};dur=${stage.durationMs.toFixed(1)}`,
      );
      metadata.set('server-timing', entries.join(', '));
    }
    return metadata;
  }

  /** The status for an error of the handler: once the signal has fired it decides the code, so that all hops agree. */
  statusOf(error: FramesongError): StatusObject {
    const reason = this.signal.aborted ? (this.signal.reason as FramesongError) : undefined;
    return statusObjectOf(reason && reason.code !== error.code ? reason : error, this.trailers());
  }

  /** Ends the call from outside the handler: drain. */
  end(error: FramesongError): void {
    if (this.ended) return;
    this.abort.abort(error);
    this.wire.sendStatus(statusObjectOf(error, this.trailers()));
    this.settle(statusObjectOf(error, new Metadata()));
  }

  /** The status left, whoever sent it. */
  settle(status: Pick<StatusObject, 'code' | 'details'>): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.span.end(status.code === 0 ? 'OK' : errorCodeOf(status.code), status.details);
    this.onEnd(this, status.code === 0);
  }

  /** The stream closed: an end by the caller, unless a status had left before. */
  closed(): void {
    if (this.ended) return;
    const late = Date.now() >= Math.min(this.callerDeadlineEpochMs, this.deadlineEpochMs) - DEADLINE_RACE_MS;
    if (!this.signal.aborted) this.abort.abort(late ? this.overrun() : cancelled('the caller cancelled or went away'));
    const reason = this.signal.reason as FramesongError;
    this.settle({ code: statusObjectOf(reason, new Metadata()).code, details: reason.message });
  }

  private overrun(): FramesongError {
    const spentMs = Math.round(performance.now() - this.arrivedAtMs);
    const stages = this.stages()
      .filter((stage) => stage.depth === 0)
      .map((stage) => `${stage.name} ${Math.round(stage.durationMs)} ms`);
    const spent = stages.length > 0 ? `; finished: ${stages.join(', ')}` : '';
    return deadlineExceeded(`${this.path.slice(1)}: the deadline passed after ${spentMs} ms${spent}`, {
      method: this.path.slice(1),
      spent_ms: String(spentMs),
    });
  }
}

/** The part of a grpc-js server call that is needed here. */
export type ServerInterceptingCallLike = Pick<ServerInterceptingCall, 'getPeer' | 'getDeadline' | 'sendStatus'>;

/** The refusal of every new call while the server drains. */
export function drainingError(): FramesongError {
  return unavailable('the service is shutting down; repeat the call', 'DRAINING', 500);
}

function epochMs(deadline: Date | number): number {
  return deadline instanceof Date ? deadline.getTime() : deadline;
}
