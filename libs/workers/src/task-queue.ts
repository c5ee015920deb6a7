import type { PoolTask } from './pool-task.ts';

interface Taker {
  /** Whether a process stands ready, so that a task handed over starts at once. */
  readonly warm: boolean;
  readonly take: (task: PoolTask | undefined) => void;
}

/** First in, first out, from tasks to the processes that ask for one. */
export class TaskQueue {
  private readonly tasks: PoolTask[] = [];
  private readonly takers: Taker[] = [];
  private readonly weightLimitBytes: number;
  private weightBytes = 0;
  private handedOut = 0;
  private closed = false;

  /** @param weightLimitBytes tasks whose weights come to more do not run together; a heavier one runs alone. */
  constructor(weightLimitBytes: number) {
    this.weightLimitBytes = weightLimitBytes;
  }

  /** Tasks that wait. */
  get pending(): number {
    return this.tasks.length;
  }

  /** Tasks that were handed over and not released. */
  get active(): number {
    return this.handedOut;
  }

  /** False, and nothing is changed, when `limit` tasks are under way or waiting already. */
  add(task: PoolTask, limit: number): boolean {
    if (this.handedOut + this.tasks.length >= limit) return false;
    this.tasks.push(task);
    this.handOver();
    return true;
  }

  /** Puts a task that lost its process before all others. Release it first. */
  addFirst(task: PoolTask): void {
    this.tasks.unshift(task);
    this.handOver();
  }

  remove(task: PoolTask): void {
    const index = this.tasks.indexOf(task);
    if (index >= 0) this.tasks.splice(index, 1);
    this.handOver();
  }

  /**
   * The next task, to be released later; undefined when the queue closes first.
   * @param ended the process that asks: undefined is returned when it ends. Absent when there is none yet.
   */
  take(ended: AbortSignal | undefined): Promise<PoolTask | undefined> {
    if (this.closed || ended?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = (): void => {
        this.takers.splice(this.takers.indexOf(taker), 1);
        resolve(undefined);
      };
      const taker: Taker = {
        warm: ended !== undefined,
        take: (task) => {
          ended?.removeEventListener('abort', giveUp);
          resolve(task);
        },
      };
      ended?.addEventListener('abort', giveUp, { once: true });
      this.takers.push(taker);
      this.handOver();
    });
  }

  release(task: PoolTask): void {
    this.handedOut -= 1;
    this.weightBytes -= task.weightBytes;
    this.handOver();
  }

  /** Ends all waiting and returns the tasks that were never taken. */
  close(): PoolTask[] {
    this.closed = true;
    for (const taker of this.takers.splice(0)) taker.take(undefined);
    return this.tasks.splice(0);
  }

  private fits(task: PoolTask): boolean {
    return this.handedOut === 0 || this.weightBytes + task.weightBytes <= this.weightLimitBytes;
  }

  private handOver(): void {
    for (;;) {
      const task = this.tasks[0];
      // A warm process first: a cold one would make the task wait for its start.
      const taker = this.takers.find(({ warm }) => warm) ?? this.takers[0];
      if (!task || !taker || !this.fits(task)) return;
      this.tasks.shift();
      this.takers.splice(this.takers.indexOf(taker), 1);
      this.handedOut += 1;
      this.weightBytes += task.weightBytes;
      if (taker.warm) task.markStarted();
      taker.take(task);
    }
  }
}
