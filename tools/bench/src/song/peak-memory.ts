import { pssBytesOfTrees } from '../measure/process-tree.ts';

const LOOK_EVERY_MS = 200;

/** Highest memory of processes and all that they started while `work` runs, in bytes; looks five times a second. */
export async function peakMemoryDuring(pids: readonly number[], work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, pssBytesOfTrees(pids));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    await work();
    look();
    return peak;
  } finally {
    clearInterval(timer);
  }
}
