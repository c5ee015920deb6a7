import { SpanStatusCode, trace, type Attributes, type Span, type SpanOptions } from '@opentelemetry/api';
import { toFramesongError, type ErrorCode } from '@framesong/errors';

import { log } from './log.ts';
import { record } from './measure.ts';
import { ATTR, METRICS } from './registry.ts';
import { enterStage } from './stage-recorder.ts';
import { textForLog } from './text-for-log.ts';

/** Errors that a stage inside has already written with their stack. */
const written = new WeakSet<object>();

/**
 * Runs one stage of the work: a span, a value in `framesong.stage.duration`, one log line with the duration, and a timing
 * in the surrounding `recordStages`. Attributes that `fn` sets on the span reach the log line too. A failure passes
 * through unchanged and sets `error.type` to its status code.
 * @param name As in the registry; a span's name, so nothing that differs from call to call.
 * @param options For a span of another kind, links, or a root.
 */
export function stage<T>(
  name: string,
  attributes: Attributes,
  fn: (span: Span) => Promise<T>,
  options: Omit<SpanOptions, 'attributes'> = {},
): Promise<T> {
  return enterStage(name, (recorded) =>
    trace.getTracer('framesong').startActiveSpan(name, { ...options, attributes }, async (span) => {
      const startedAtMs = performance.now();
      let failure: { readonly type: ErrorCode; readonly thrown: unknown } | undefined;
      try {
        return await fn(span);
      } catch (thrown) {
        failure = { type: errorType(thrown), thrown };
        span.setAttribute(ATTR.errorType, failure.type);
        span.setStatus({ code: SpanStatusCode.ERROR, message: textForLog(toFramesongError(thrown)) });
        throw thrown;
      } finally {
        const endedAtMs = performance.now();
        if (recorded) {
          recorded.endedAtMs = endedAtMs;
          if (failure) recorded.errorType = failure.type;
        }
        record(METRICS.stageDuration, (endedAtMs - startedAtMs) / 1000, {
          [ATTR.stage]: name,
          ...(failure && { [ATTR.errorType]: failure.type }),
        });
        writeLine(name, endedAtMs - startedAtMs, attributesOf(span) ?? attributes, failure);
        span.end();
      }
    }),
  );
}

/** Adds to the active span, that of the surrounding stage or call, what became known only inside of it. */
export function annotate(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}

/** The status code that stands for a failure: of our own errors their code, of a time limit or an abort theirs, else INTERNAL. */
export function errorType(thrown: unknown): ErrorCode {
  const name = (thrown as { name?: unknown } | null | undefined)?.name;
  if (name === 'TimeoutError') return 'DEADLINE_EXCEEDED';
  if (name === 'AbortError') return 'CANCELLED';
  return toFramesongError(thrown).code;
}

function writeLine(
  name: string,
  durationMs: number,
  attributes: Attributes,
  failure: { readonly type: ErrorCode; readonly thrown: unknown } | undefined,
): void {
  const fields = { [ATTR.stage]: name, [ATTR.durationMs]: Math.round(durationMs * 10) / 10, ...attributes };
  if (!failure) {
    log.info(fields, name);
    return;
  }
  const level = failure.type === 'CANCELLED' ? 'info' : 'warn';
  const err = isWritten(failure.thrown) ? {} : { err: failure.thrown };
  log[level]({ ...fields, [ATTR.errorType]: failure.type, ...err }, `${name} failed`);
}

/** True when this error, or one that it was made from, has been written before; from now on it has. */
function isWritten(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false;
  const before = written.has(thrown) || isWritten((thrown as { cause?: unknown }).cause);
  written.add(thrown);
  return before;
}

/** The attributes that the span has collected; undefined for one that does not record. */
function attributesOf(span: Span): Attributes | undefined {
  return 'attributes' in span ? (span.attributes as Attributes) : undefined;
}
