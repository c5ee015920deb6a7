import { Metadata, status as grpcStatus, type ServerInterceptingCall, type StatusObject } from '@grpc/grpc-js';
import { isValidTraceId } from '@opentelemetry/api';
import { cancelled, deadlineExceeded, errorCodeOf, type FramesongError } from '@framesong/errors';
import type { StageTiming } from '@framesong/telemetry';
import type { CallContext, CallerIdentity } from './call-context.ts';
import { allowedMs, type MethodPolicy } from './method-policy.ts';
import { callerDeadlineOf } from './caller-deadline.ts';
import { languageOf, type Language } from './language.ts';
import { errorOfServerStatus } from './foreign-status.ts';
import type { RpcSpan } from './rpc-span.ts';
import { hasDetails, spanTextOf, statusObjectOf } from './status.ts';

/** Timers of Node wrap around beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The caller's own timer wins the race against ours by the time that the call was on its way: so near counts as passed. */
const DEADLINE_RACE = { share: 0.1, leastMs: 50, mostMs: 500 };
/** How long a handler may take after its time was up to say in its own words what happened. */
const LAST_WORDS_MS = 15;
/** How long a handler that ignores its signal keeps its slot; then it is given up for lost. */
const LOST_WORK_MS = 5_000;
const MAX_TIMINGS = 20;

/** The part of a grpc-js server call that is needed here. */
export type WireCall = Pick<ServerInterceptingCall, 'getPeer' | 'getDeadline' | 'sendStatus'>;
type WireStatus = Parameters<WireCall['sendStatus']>[0];

/** One call on the server from its first byte to its status: the signal, the clock, the span. */
export class ServerCall implements CallContext {
  readonly path: string;
  readonly peer: string;
  readonly identity?: CallerIdentity;
  readonly tenant: string;
  readonly language: Language;
  readonly deadlineEpochMs: number;
  readonly arrivedAtMs = performance.now();
  /** Stage timings of the handler, told in the trailers. */
  stages: () => readonly StageTiming[] = () => [];
  private readonly abort = new AbortController();
  private readonly span: RpcSpan;
  private readonly wire: WireCall;
  private readonly onEnd: (call: ServerCall, succeeded: boolean) => void;
  private readonly raceMs: number;
  private readonly callerDeadlineEpochMs: number;
  private timer: NodeJS.Timeout | undefined;
  private giveSlotBack: (() => void) | undefined;
  private working = false;
  private ended = false;

  constructor(options: {
    path: string;
    tenant: string;
    wire: WireCall;
    span: RpcSpan;
    policy: MethodPolicy;
    metadata: Metadata;
    onEnd: (call: ServerCall, succeeded: boolean) => void;
  }) {
    this.path = options.path;
    this.tenant = options.tenant;
    this.language = languageOf(options.metadata);
    this.wire = options.wire;
    this.span = options.span;
    this.onEnd = options.onEnd;
    this.peer = options.wire.getPeer();
    const now = Date.now();
    const leftMs = allowedMs(options.policy, Number(options.wire.getDeadline()) - now);
    this.deadlineEpochMs = now + leftMs;
    this.callerDeadlineEpochMs = callerDeadlineOf(options.metadata, this.deadlineEpochMs);
    this.raceMs = Math.min(DEADLINE_RACE.mostMs, Math.max(DEADLINE_RACE.leastMs, leftMs * DEADLINE_RACE.share));
    if (leftMs <= LONGEST_TIMER_MS) this.timer = setTimeout(() => this.timeIsUp(), Math.max(0, leftMs));
    this.watchStatus();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get spanContext(): RpcSpan['context'] {
    return this.span.context;
  }

  /** True once a status has left or the caller has gone; nothing can be sent any more. */
  get isOver(): boolean {
    return this.ended;
  }

  remainingMs(): number {
    return Math.max(0, this.deadlineEpochMs - Date.now());
  }

  /** Trailers that let a caller find the trace and read the timings without any backend. */
  trailers(): Metadata {
    const metadata = new Metadata();
    if (isValidTraceId(this.span.traceId)) metadata.set('trace-id', this.span.traceId);
    const timings = this.stages().slice(0, MAX_TIMINGS);
    const entries = timings.map(
      ({ name, durationMs }) => `${name.replaceAll(/\W+/g, '_').slice(0, 40)};dur=${durationMs.toFixed(1)}`,
    );
    if (entries.length > 0) metadata.set('server-timing', entries.join(', '));
    return metadata;
  }

  /** The status for an error of the handler: once the signal has fired it decides the code, so that all hops agree. */
  statusOf(error: FramesongError): StatusObject {
    const reason = this.signal.aborted ? (this.signal.reason as FramesongError) : undefined;
    return statusObjectOf(reason && reason.code !== error.code ? reason : error, this.trailers());
  }

  /** Ends the call from outside the handler: a refusal, drain, or a handler that does not answer. */
  end(error: FramesongError): void {
    if (this.ended) return;
    this.abort.abort(error);
    this.wire.sendStatus(statusObjectOf(error, this.trailers()));
  }

  /** The stream closed: an end by the caller, unless a status had left before. */
  closed(): void {
    if (this.ended) return;
    const isLate = this.callerDeadlineEpochMs - Date.now() <= this.raceMs;
    this.abort.abort(isLate ? this.overrun() : cancelled('the caller cancelled or went away'));
    const reason = this.signal.reason as FramesongError;
    this.settle(reason.code, reason.message);
  }

  /** Takes the slot that the call works in; it is given back when the work is done, not when the caller goes. */
  holdSlot(giveBack: () => void): void {
    this.giveSlotBack = giveBack;
    if (this.ended) giveBack();
  }

  /** Told by whoever runs the handler. */
  workBegins(): void {
    this.working = true;
  }

  /** Told by whoever runs the handler, whatever came of it. */
  workEnds(): void {
    this.working = false;
    this.giveSlotBack?.();
  }

  /**
   * grpc-js sends some statuses by itself, past all interceptors: an overrun, an oversize message, bad compression. All of
   * them go through this one method of the call, so here each status is seen, made ours, and recorded exactly once.
   */
  private watchStatus(): void {
    const send = this.wire.sendStatus.bind(this.wire);
    this.wire.sendStatus = (status) => {
      if (this.ended) return;
      if (status.code === grpcStatus.OK) {
        this.settle('OK', '');
        send(status);
        return;
      }
      const leave = () => this.leave(hasDetails(status.metadata) ? status : this.statusInstead(status), send);
      // To grpc-js a call that is cancelled on its way in has no request. A turn later the cancel has been told.
      if (status.code === grpcStatus.UNIMPLEMENTED) setImmediate(leave);
      else leave();
    };
  }

  private leave(status: WireStatus, send: WireCall['sendStatus']): void {
    if (this.ended) return;
    this.settle(errorCodeOf(status.code), spanTextOf(status));
    send(status);
  }

  private statusInstead(status: WireStatus): StatusObject {
    const error = status.code === grpcStatus.DEADLINE_EXCEEDED ? this.overrun() : errorOfServerStatus(status);
    this.abort.abort(error);
    return this.statusOf(error);
  }

  private settle(code: Parameters<RpcSpan['end']>[0], message: string): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.span.end(code, message);
    if (!this.working) this.giveSlotBack?.();
    else if (this.giveSlotBack) setTimeout(this.giveSlotBack, LOST_WORK_MS).unref();
    this.onEnd(this, code === 'OK');
  }

  private timeIsUp(): void {
    const error = this.overrun();
    this.abort.abort(error);
    this.timer = setTimeout(() => this.end(error), LAST_WORDS_MS);
  }

  private overrun(): FramesongError {
    const method = this.path.slice(1);
    const spentMs = Math.round(performance.now() - this.arrivedAtMs);
    const stages = this.stages()
      .filter((stage) => stage.depth === 0)
      .map((stage) => `${stage.name} ${Math.round(stage.durationMs)} ms`);
    const spent = stages.length > 0 ? `; finished: ${stages.join(', ')}` : '';
    return deadlineExceeded(`${method}: the deadline passed after ${spentMs} ms${spent}`, {
      method,
      spent_ms: String(spentMs),
    });
  }
}
