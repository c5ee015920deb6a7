import { toPlainError, type FramesongError } from '@framesong/errors';
import { INTERRUPTED } from '../exit-codes.ts';

/** An error for people: code and text, each faulty field on its line, when to repeat, and what to quote. */
export function errorLines(error: FramesongError): string[] {
  if (error.reason === INTERRUPTED) return [`framesong: ${error.message}`];
  const { violations, retryAfterMs, resource, metadata, message, code, outcome } = error;
  // The message of a faulty request repeats its fields, which are listed below.
  const isRepeated = violations.length > 0 && violations.every(({ description }) => message.includes(description));
  const head = isRepeated && violations.length > 1 ? `${violations.length} faults` : message;
  const lines = [`framesong: ${code}: ${head}`];
  if (!isRepeated || violations.length > 1) {
    lines.push(...violations.map(({ field, description }) => `  ${field}: ${description}`));
  }
  if (resource && !message.includes(resource.name)) lines.push(`${resource.type}: ${resource.name}`);
  if (outcome) lines.push(`charged: ${outcome.replace('_', ' ')}`);
  const advice = retryAdvice(error);
  if (advice) lines.push(`retry: ${advice}`);
  if (metadata['trace_id']) lines.push(`trace: ${metadata['trace_id']}`);
  if (code === 'INTERNAL' && error.cause instanceof Error && retryAfterMs === undefined) {
    lines.push(error.cause.stack ?? error.cause.message);
  }
  return lines;
}

/** An error for programs. */
export function errorJson(error: FramesongError): Record<string, unknown> {
  const { trace_id: traceId, ...metadata } = error.metadata;
  return { ...toPlainError(error), ...(traceId !== undefined && { traceId }), metadata };
}

function retryAdvice({ retryAfterMs, code }: FramesongError): string {
  if (code === 'UNAVAILABLE' && (retryAfterMs === undefined || retryAfterMs <= 1000))
    return 'try again in a moment; framesong doctor tells what is missing';
  if (retryAfterMs !== undefined) return `after ${(retryAfterMs / 1000).toFixed(1)} s`;
  if (code === 'DEADLINE_EXCEEDED') return 'give more time with --timeout';
  return '';
}
