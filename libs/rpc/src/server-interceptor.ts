import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { deadlineExceeded, toFramesongError, type FramesongError } from '@framesong/errors';
import type { Admission, Release } from './admission.ts';
import { runInContext } from './call-context.ts';
import type { LiveCalls } from './live-calls.ts';
import { INFRASTRUCTURE_POLICY, type MethodPolicy } from './method-policy.ts';
import { startServerSpan } from './rpc-span.ts';
import { drainingError, ServerCall } from './server-call.ts';

/** What the interceptor needs to know of its server. */
export interface ServerGate {
  readonly live: LiveCalls;
  policyOf(path: string): MethodPolicy;
  admissionOf(policy: MethodPolicy): Admission | undefined;
}

/**
 * What every call passes, nearest the wire first: context and span (refusals are traced too), drain gate, deadline, then
 * admission. The handler runs inside the contexts, and the status is recorded exactly once.
 */
export function createServerInterceptor(gate: ServerGate): ServerInterceptor {
  return (method, wire) => {
    const policy = gate.policyOf(method.path) ?? INFRASTRUCTURE_POLICY;
    let call: ServerCall | undefined;
    let release: Release | undefined;
    const inside = (work: () => void) => {
      if (call) context.with(call.spanContext, () => runInContext(call!, work));
    };
    return new ServerInterceptingCall(wire, {
      start(next) {
        next({
          onReceiveMetadata(metadata, receive) {
            call = gate.live.open(method.path, wire, policy, (leftMs) =>
              startServerSpan(method.path, metadata, {
                'network.peer.address': wire.getPeer(),
                ...(Number.isFinite(leftMs) && { 'framesong.rpc.deadline': leftMs / 1000 }),
              }),
            );
            const opened = call;
            const refusal = refusalOf(gate, policy, opened);
            if (refusal) {
              opened.end(refusal);
              return;
            }
            const admission = gate.admissionOf(policy);
            if (!admission) {
              inside(() => receive(metadata));
              return;
            }
            admission.enter(opened.signal).then(
              (slot) => {
                release = slot;
                if (opened.signal.aborted) slot();
                else inside(() => receive(metadata));
              },
              (error: unknown) => opened.end(toFramesongError(error)),
            );
          },
          onReceiveMessage: (message, receive) => inside(() => receive(message)),
          onReceiveHalfClose: (receive) => inside(receive),
          onCancel: () => {
            call?.closed();
            release?.();
          },
        });
      },
      sendStatus(status, send) {
        send(status);
        release?.();
        call?.settle({ code: status.code ?? 2, details: status.details ?? '' });
      },
    });
  };
}

/** Why a call cannot be taken: the server drains, the time is up, or what is left is less than such calls take. */
function refusalOf(gate: ServerGate, policy: MethodPolicy, call: ServerCall): FramesongError | undefined {
  if (gate.live.draining && !policy.silent) return drainingError();
  const leftMs = call.deadlineEpochMs - Date.now();
  if (leftMs <= 0) return deadlineExceeded('the deadline had already passed when the call arrived; nothing was done');
  const medianMs = policy.refuseBelowMedian ? gate.live.historyOf(call.path).medianMs() : undefined;
  if (medianMs !== undefined && leftMs < medianMs * 0.5) {
    return deadlineExceeded(
      `${call.path.slice(1)}: ${Math.round(leftMs)} ms left, such calls take ${Math.round(medianMs)} ms; nothing was done`,
      { left_ms: String(Math.round(leftMs)), median_ms: String(Math.round(medianMs)) },
    );
  }
  return undefined;
}
