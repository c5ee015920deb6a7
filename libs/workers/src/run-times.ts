const FIRST_GUESS_MS = 1000;
/** Weight of the newest run time in the moving average. */
const NEWEST_SHARE = 0.2;
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 60_000;

/** How long tasks took lately, to tell a refused caller when to come back. */
export class RunTimes {
  private averageMs: number | undefined;

  add(runMs: number): void {
    this.averageMs = this.averageMs === undefined ? runMs : this.averageMs + NEWEST_SHARE * (runMs - this.averageMs);
  }

  /** When `tasks` more tasks will have been worked off by `workers`, in whole milliseconds from now: 100 ms to 60 s. */
  waitMs(tasks: number, workers: number): number {
    const estimateMs = ((this.averageMs ?? FIRST_GUESS_MS) * tasks) / workers;
    return Math.round(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, estimateMs)));
  }
}
