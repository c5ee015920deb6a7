import { titleOf } from './describe-faults.ts';
import { faultsOfMusicResult, runMusicFault, type MusicFaultSubject } from './run-music-fault.ts';

/** One test for each line of the table: status, outcome, accepted renders, repeats, and that nothing is left running. */
export function describeMusicFaults(subject: MusicFaultSubject): void {
  describe(`${subject.name} under faults`, () => {
    // Each has its own emulator and engine, and those that run into a time limit only wait.
    it.concurrent.each(subject.table.map((wanted) => [titleOf(wanted), wanted] as const))('%s', async (_, wanted) => {
      const found = await runMusicFault(subject, wanted);
      expect({ found, faults: faultsOfMusicResult(wanted, found) }).toEqual({ found, faults: [] });
    });
  });
}
