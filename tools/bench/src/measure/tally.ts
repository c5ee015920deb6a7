/** Counts tries and failures. A failure is told and left out of what is measured; it never vanishes. */
export class Tally {
  tried = 0;
  failed = 0;
  private readonly say: (text: string) => void;

  constructor(say: (text: string) => void) {
    this.say = say;
  }

  /** What `work` gives; undefined when it failed. */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.tried++;
    try {
      return await work();
    } catch (thrown) {
      this.failed++;
      this.say(`${what} failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      return undefined;
    }
  }

  /** Adds what another process counted. */
  add({ tried, failed }: { readonly tried: number; readonly failed: number }): void {
    this.tried += tried;
    this.failed += failed;
  }
}
