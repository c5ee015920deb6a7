import { watchJob, type JobClient } from '@framesong/client';
import type { JobEvent } from '@framesong/contracts/job/v1/job';
import type { Stack } from './stack.ts';

/** A watcher of one job that goes on over restarts of the service. */
export interface Watching {
  /** What came so far. */
  readonly events: readonly JobEvent[];
  /** Resolves with the first event, from the beginning, for which `matches` is true; rejects when the job ends without. */
  seen(matches: (event: JobEvent) => boolean): Promise<JobEvent>;
  /** Resolves with all events once the job has ended. */
  readonly all: Promise<readonly JobEvent[]>;
}

/** Watches a job of the image-generation service from its first event to its last. */
export function watching(stack: Stack, jobId: string): Watching {
  return watchingJob(stack.framesong.imageGeneration.jobs, jobId);
}

/** Watches a job of any service from its first event to its last. */
export function watchingJob(jobs: JobClient, jobId: string): Watching {
  const events: JobEvent[] = [];
  const listeners = new Set<() => void>();
  const all = (async () => {
    for await (const event of watchJob(jobs, jobId)) {
      events.push(event);
      for (const listener of [...listeners]) listener();
    }
    return events;
  })();
  all.catch(() => undefined);
  const seen = (matches: (event: JobEvent) => boolean) =>
    new Promise<JobEvent>((resolve, reject) => {
      const look = () => {
        const found = events.find(matches);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      all.then((whole) => {
        if (!whole.some(matches)) reject(new Error(`the job ended with: ${whole.at(-1)?.message ?? 'nothing'}`));
      }, reject);
    });
  return { events, seen, all };
}
