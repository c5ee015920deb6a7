/** How long each of some jobs took, in milliseconds, and how long all took together. */
export interface SideRun {
  readonly kind: 'measured';
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

/** What a side is asked for. */
export interface SideTask {
  readonly count: number;
  /** How many at once. */
  readonly lanes: number;
}

/** Does `work` so often, in so many lanes, and times each. */
export async function timed({ count, lanes }: SideTask, work: (index: number) => Promise<unknown>): Promise<SideRun> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) {
        const index = next++;
        const from = performance.now();
        await work(index);
        latenciesMs.push(performance.now() - from);
      }
    }),
  );
  return { kind: 'measured', latenciesMs, seconds: (performance.now() - startedAt) / 1000 };
}

/** From just before a submission until its job runs, one after the other: `submit` resolves with the job's own name. */
export async function timedStarts(
  count: number,
  started: ReadonlyMap<string, number>,
  submit: () => Promise<string>,
  untilStarted: (name: string) => Promise<void>,
): Promise<SideRun> {
  const latenciesMs: number[] = [];
  const begin = performance.now();
  for (let index = 0; index < count; index++) {
    const from = performance.now();
    const name = await submit();
    await untilStarted(name);
    latenciesMs.push(started.get(name)! - from);
  }
  return { kind: 'measured', latenciesMs, seconds: (performance.now() - begin) / 1000 };
}

/** Notes when jobs start, and lets others wait for it. */
export function createStartNotes() {
  const started = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  let names = 0;
  return {
    started,
    /** Another one with every call. */
    nextName: (): string => `start-${++names}`,
    note(name: string): void {
      started.set(name, performance.now());
      waiting.get(name)?.();
    },
    async until(name: string): Promise<void> {
      if (!started.has(name)) await new Promise<void>((resolve) => waiting.set(name, resolve));
      waiting.delete(name);
    },
  };
}
