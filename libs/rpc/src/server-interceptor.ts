import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { toFramesongError } from '@framesong/errors';
import type { Admission } from './admission.ts';
import { runInContext } from './call-context.ts';
import type { LiveCalls } from './live-calls.ts';
import type { MethodPolicy } from './method-policy.ts';
import { refusalOf } from './refusal.ts';
import type { ServerCall } from './server-call.ts';

/** What the interceptor needs to know of its server. */
export interface ServerGate {
  readonly live: LiveCalls;
  policyOf(path: string): MethodPolicy;
  admissionOf(policy: MethodPolicy): Admission | undefined;
}

/**
 * What every call passes, nearest the wire first: context and span (refusals are traced too), drain gate, deadline, then
 * admission. The handler runs inside the contexts.
 */
export function createServerInterceptor(gate: ServerGate): ServerInterceptor {
  return (method, wire) => {
    const policy = gate.policyOf(method.path);
    let call: ServerCall | undefined;
    const inside = (work: () => void) => {
      if (call && !call.isOver) context.with(call.spanContext, runInContext, undefined, call, work);
    };
    return new ServerInterceptingCall(wire, {
      start(next) {
        next({
          onReceiveMetadata(metadata, receive) {
            const opened = gate.live.open(method.path, wire, policy, metadata);
            call = opened;
            if (opened.isOver) return;
            const refusal = refusalOf(gate.live, policy, opened);
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
              (giveBack) => {
                opened.holdSlot(giveBack);
                inside(() => receive(metadata));
              },
              (error: unknown) => opened.end(toFramesongError(error)),
            );
          },
          onReceiveMessage: (message, receive) => inside(() => receive(message)),
          onReceiveHalfClose: (receive) => inside(receive),
          onCancel: () => call?.closed(),
        });
      },
    });
  };
}
