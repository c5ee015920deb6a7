const SAMPLES = 64;
const ENOUGH = 8;
/** Calls for which a median stands: sorting at every call would cost a small call some percent of its CPU. */
const SETTLED_FOR = 16;

/** The last 64 durations of successful calls of one method. */
export class DurationHistory {
  private readonly samplesMs: number[] = [];
  private next = 0;
  private median: number | undefined;

  /** Adds the duration of a call that succeeded. */
  add(durationMs: number): void {
    this.samplesMs[this.next] = durationMs;
    this.next = (this.next + 1) % SAMPLES;
    if (this.next % SETTLED_FOR === 0 || this.samplesMs.length <= SETTLED_FOR) this.median = undefined;
  }

  /** Median in milliseconds; undefined until 8 calls have been seen. */
  medianMs(): number | undefined {
    if (this.samplesMs.length < ENOUGH) return undefined;
    this.median ??= [...this.samplesMs].sort((a, b) => a - b)[this.samplesMs.length >> 1];
    return this.median;
  }
}
