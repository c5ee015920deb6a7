import { setTimeout as delay } from 'node:timers/promises';
import type { Framesong } from '@framesong/client';
import { JobState } from '@framesong/contracts/job/v1/job';
import { pssBytesOfTrees } from '../measure/process-tree.ts';

/** How a batch stood at one moment. */
export interface BatchLook {
  readonly percent: number;
  readonly running: number;
  readonly succeeded: number;
  /** Of the service and all that it started. */
  readonly memoryBytes: number;
  /** Whether all have ended. */
  readonly done: boolean;
}

const LOOK_EVERY_MS = 500;

/** Looks at a batch twice a second until all of it has ended. */
export async function watchBatch(
  { music }: Framesong,
  batchId: string,
  servicePid: () => number,
): Promise<BatchLook[]> {
  const looks: BatchLook[] = [];
  while (looks.at(-1)?.done !== true) {
    await delay(LOOK_EVERY_MS);
    looks.push({ ...(await lookAtBatch(music, batchId)), memoryBytes: pssBytesOfTrees([servicePid()]) });
  }
  return looks;
}

/** How a batch stands now. */
export async function lookAtBatch(
  { jobs }: Framesong['music'],
  batchId: string,
): Promise<Omit<BatchLook, 'memoryBytes'>> {
  const { report } = await jobs.getBatch({ batchId, pageSize: 1, pageToken: '', onlyErrors: false });
  const { percent, states, done } = report!.batch!;
  const of = (state: JobState) => states.find((counted) => counted.state === state)?.jobs ?? 0;
  return { percent, running: of(JobState.RUNNING), succeeded: of(JobState.SUCCEEDED), done };
}
