import type { WantedOutcome } from './wanted-outcomes.ts';

/** The same table for an engine that costs nothing: its errors say nothing about money. */
export function freeOfCharge(table: readonly WantedOutcome[]): WantedOutcome[] {
  return table.map((line) => {
    const free: { -readonly [name in keyof WantedOutcome]: WantedOutcome[name] } = { ...line };
    delete free.outcome;
    return free;
  });
}
