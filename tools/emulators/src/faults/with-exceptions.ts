import type { WantedOutcome } from './wanted-outcomes.ts';

/** A table with some of its lines replaced: where a provider documents something else than all others. */
export function withExceptions(
  table: readonly WantedOutcome[],
  exceptions: readonly (Pick<WantedOutcome, 'fault' | 'on' | 'times'> & Partial<WantedOutcome>)[],
): WantedOutcome[] {
  const unused = new Set(exceptions);
  const merged = table.map((line) => {
    const own = exceptions.find(
      ({ fault, on, times }) => fault === line.fault && on === line.on && times === line.times,
    );
    if (own) unused.delete(own);
    return own ? { ...line, ...own } : line;
  });
  const [leftOver] = unused;
  if (leftOver) throw new Error(`no line of the table is about ${leftOver.fault} on ${leftOver.on}`);
  return merged;
}
