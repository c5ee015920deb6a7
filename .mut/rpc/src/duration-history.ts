const SAMPLES = 64;
const ENOUGH = 8;

/** The last 64 durations of successful calls of one method. */
export class DurationHistory {
  private readonly samplesMs: number[] = [];
  private next = 0;

  /** Adds the duration of a call that succeeded. */
  add(durationMs: number): void {
    this.samplesMs[this.next] = durationMs;
    this.next = (this.next + 1) % SAMPLES;
  }

  /** Median in milliseconds; undefined until 8 calls have been seen. */
  medianMs(): number | undefined {
    if (this.samplesMs.length < ENOUGH) return undefined;
    return [...this.samplesMs].sort((a, b) => a - b)[this.samplesMs.length >> 1];
  }
}
