import type { RoutePurpose } from '../emulated-provider.ts';

/** Everything that can go wrong, by name. */
export const FAULT_KINDS = [
  'unauthorized',
  'no_balance',
  'forbidden',
  'bad_request',
  'rate_limit',
  'rate_limit_with_delay',
  'server_error',
  'gateway_page',
  'plain_text_error',
  'hang',
  'slow_loris',
  'cut_body',
  'lost_answer',
  'reset_connection',
  'wrong_type',
  'html_with_200',
  'garbage_with_200',
  'error_inside_200',
  'expired_url',
  'redirect_elsewhere',
  'oversize',
  'stuck_status',
  'status_backwards',
  'no_progress',
  'socket_lost',
] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Those that a task's status shows, and no single answer. */
export type TaskQuirk = Extract<FaultKind, 'stuck_status' | 'status_backwards' | 'no_progress'>;

/** One line of a fault script. */
export interface FaultLine {
  readonly kind: FaultKind;
  /** Which routes; default `order`, for quirks of tasks `poll`. */
  readonly on?: RoutePurpose;
  /** How many matching requests are spared before. Default 0. */
  readonly after?: number;
  /** How many matching requests it strikes. Default all. */
  readonly times?: number;
  /** Where `redirect_elsewhere` leads to. */
  readonly location?: string;
}

/** The faults of a run, in order; the first line that still strikes wins. */
export interface FaultScript {
  /** The fault for this request, counted as struck. */
  strike(purpose: RoutePurpose): FaultLine | undefined;
  /** The quirk of tasks, if one is set. */
  quirk(): TaskQuirk | undefined;
  replace(lines: readonly FaultLine[]): void;
}

const QUIRKS: readonly FaultKind[] = ['stuck_status', 'status_backwards', 'no_progress'] satisfies TaskQuirk[];

export function createFaultScript(lines: readonly FaultLine[] = []): FaultScript {
  let current: { readonly line: FaultLine; seen: number }[] = [];
  const replace = (next: readonly FaultLine[]): void => {
    current = next.map((line) => ({ line, seen: 0 }));
  };
  replace(lines);
  return {
    replace,
    quirk: () => current.map(({ line }) => line.kind).find((kind) => QUIRKS.includes(kind)) as TaskQuirk | undefined,
    strike(purpose) {
      for (const entry of current) {
        const { kind, on = 'order', after = 0, times = Infinity } = entry.line;
        if (QUIRKS.includes(kind) || on !== purpose) continue;
        entry.seen += 1;
        if (entry.seen > after && entry.seen <= after + times) return entry.line;
      }
      return undefined;
    },
  };
}

/** Reads a script from JSON: `[{"kind": "rate_limit", "times": 1}]`. @throws Error that names the line and the fault. */
export function parseFaultScript(json: string): FaultLine[] {
  const lines: unknown = JSON.parse(json);
  if (!Array.isArray(lines)) throw new Error('a fault script is a list of lines such as {"kind": "rate_limit"}');
  return lines.map((line: unknown, index) => {
    const kind = (line as { kind?: unknown } | null)?.kind;
    if (!FAULT_KINDS.some((known) => known === kind))
      throw new Error(`line ${index + 1} names no known fault; known are ${FAULT_KINDS.join(', ')}`);
    return line as FaultLine;
  });
}
