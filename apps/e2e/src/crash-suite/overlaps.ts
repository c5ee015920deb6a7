import type { Pause } from './member.ts';

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A span in which more went on than may. */
export interface Overlap {
  readonly fromMs: number;
  readonly durationMs: number;
  readonly count: number;
}

/** Where more than `limit` of the spans go on at once. Clocks of two processes are compared in whole milliseconds, so 1 ms counts for nothing. */
export function overlapsOver(spans: readonly Span[], limit: number): Overlap[] {
  const changes = spans
    .flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, step: 1 },
      { atMs: toMs, step: -1 },
    ])
    .sort((left, right) => left.atMs - right.atMs || left.step - right.step);
  const found: Overlap[] = [];
  let count = 0;
  changes.forEach(({ atMs, step }, index) => {
    count += step;
    const durationMs = (changes[index + 1]?.atMs ?? atMs) - atMs;
    if (count > limit && durationMs > 1) found.push({ fromMs: atMs, durationMs, count });
  });
  return found;
}

/** What a process needs after a freeze to look at its clock, and to stop what it has lost meanwhile. */
const WAKE_MS = 20;

/** What is left of a span when nothing went on in the pauses, nor in the moment of waking after each. */
export function withoutPauses<S extends Span>(span: S, pauses: readonly Pause[]): S[] {
  return pauses.reduce<S[]>(
    (parts, pause) =>
      parts.flatMap((part) => {
        if (pause.toMs <= part.fromMs || pause.fromMs >= part.toMs) return [part];
        const before = { ...part, toMs: pause.fromMs };
        const after = { ...part, fromMs: pause.toMs + WAKE_MS };
        return [before, after].filter(({ fromMs, toMs }) => toMs > fromMs);
      }),
    [span],
  );
}
