import { SeverityNumber, isSpanContextValid, logs, trace } from '@opentelemetry/api';
import { destination, pino } from 'pino';

import { redact } from './redact.ts';

/** Least severe level that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

type Write = (fields: object, message: string) => void;

/** Writes one line. `fields` may hold an `err`; secrets, prompts and lyrics in it are replaced. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

const SEVERITY = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
} as const;

let resource: Readonly<Record<string, string>> = {};

// Written synchronously: the last lines before a crash are the ones that matter.
const logger = pino(
  {
    level: 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // The mixed-in values come first, so that a field of the same name wins.
    mixin: () => ({ ...resource, ...traceIds() }),
    // `redact` has made plain data of every error; the default serializer would look for an Error.
    serializers: { err: (value: unknown) => value },
  },
  destination({ dest: 1, sync: true }),
);

/** The log of this process: JSON lines on stdout at `info` and above, with the ids of the active span. */
export const log: Log = {
  debug: (fields, message) => write('debug', fields, message),
  info: (fields, message) => write('info', fields, message),
  warn: (fields, message) => write('warn', fields, message),
  error: (fields, message) => write('error', fields, message),
};

/** Sets the level, and the fields that every line carries when given. */
export function configureLog(level: LogLevel, fields?: Readonly<Record<string, string>>): void {
  logger.level = level;
  if (fields) resource = fields;
}

function write(level: keyof Log, fields: object, message: string): void {
  if (!logger.isLevelEnabled(level)) return;
  const safe = redact(fields) as Record<string, unknown>;
  logger[level](safe, message);
  // The same line through the logs pipeline, which exports nothing until telemetry is started with an endpoint.
  logs.getLogger('framesong').emit({
    severityNumber: SEVERITY[level],
    severityText: level.toUpperCase(),
    body: message,
    attributes: safe,
  });
}

function traceIds(): Record<string, string> {
  const context = trace.getActiveSpan()?.spanContext();
  if (!context || !isSpanContextValid(context)) return {};
  return { trace_id: context.traceId, span_id: context.spanId };
}
