import { throwIfAborted } from '@framesong/errors';

/** Time that one step of the pipeline took. */
export interface StepTiming {
  readonly name: string;
  readonly wallMs: number;
  /** User and system time of the whole process meanwhile: exact only while it works on one image at a time. */
  readonly cpuMs: number;
}

/** Runs steps one after the other and keeps their times. */
export interface StepClock {
  readonly steps: readonly StepTiming[];
  /** Runs `work`; throws CANCELLED before it when the signal has fired. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** A clock whose steps stop at `signal`. */
export function createStepClock(signal: AbortSignal | undefined): StepClock {
  const steps: StepTiming[] = [];
  return {
    steps,
    async step(name, work) {
      throwIfAborted(signal);
      const startedAt = performance.now();
      const startedCpu = process.cpuUsage();
      try {
        return await work();
      } finally {
        const cpu = process.cpuUsage(startedCpu);
        steps.push({ name, wallMs: performance.now() - startedAt, cpuMs: (cpu.user + cpu.system) / 1000 });
      }
    },
  };
}
