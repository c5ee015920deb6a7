import type { WantedOutcome } from './wanted-outcomes.ts';
import { faultsOfResult, runFault, type FaultSubject } from './run-fault.ts';

/** One test for each line of the table: status, outcome, paid calls, repeats, and that nothing is left running. */
export function describeFaults(subject: FaultSubject): void {
  describe(`${subject.name} under faults`, () => {
    // Each has its own emulator and adapter, and those that run into a time limit only wait.
    it.concurrent.each(subject.table.map((wanted) => [titleOf(wanted), wanted] as const))('%s', async (_, wanted) => {
      const found = await runFault(subject, wanted);
      expect({ found, faults: faultsOfResult(wanted, found) }).toEqual({ found, faults: [] });
    });
  });
}

/** What is tested by a line of the table. */
export function titleOf({ fault, on, times, code, outcome, paid }: WantedOutcome): string {
  const how = times === undefined ? '' : `, ${times} time`;
  const end = code === 'OK' ? 'is outlasted' : `gives ${code}${outcome === undefined ? '' : `, ${outcome}`}`;
  return `${fault} (${on}${how}) ${end}, and ${paid} is ordered`;
}
