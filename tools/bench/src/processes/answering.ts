/** Answers what the bench asks this process over IPC; a fault is told instead of ending the process. */
export function answerBench(answers: Readonly<Record<string, (asked: never) => object | Promise<object>>>): void {
  process.on('message', (asked: { kind: string }) => {
    void (async () => {
      const answer = answers[asked.kind];
      if (!answer) throw new Error(`cannot ${asked.kind}`);
      tellBench(await answer(asked as never));
    })().catch((thrown: unknown) => {
      tellBench({ kind: 'failed', text: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
    });
  });
  // The bench is gone: nobody asks any more.
  process.on('disconnect', () => process.exit());
}

/** Tells the bench something it did not ask for, for example that this process is ready. */
export function tellBench(message: object): void {
  process.send?.(message);
}

/** User and system time of this process so far, in milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
