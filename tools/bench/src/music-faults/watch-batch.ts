import { setTimeout as delay } from 'node:timers/promises';
import type { Framesong } from '@framesong/client';
import { JobState } from '@framesong/contracts/job/v1/job';
import { heldMemory } from '../measure/heap.ts';
import { pssBytesOfTrees } from '../measure/process-tree.ts';
import type { NodeProcess } from '../processes/node-process.ts';

/** How a batch stood at one moment. */
export interface BatchLook {
  readonly percent: number;
  readonly running: number;
  readonly succeeded: number;
  /** Of the service and all that it started. */
  readonly memoryBytes: number;
  /** What the service itself holds after all garbage is collected, its buffers included; looked at less often. */
  readonly heldBytes?: number;
  /** Whether all have ended. */
  readonly done: boolean;
}

const LOOK_EVERY_MS = 500;
/** A collection of all garbage holds the service up for a moment. */
const PERCENT_BETWEEN_HELD = 5;

/** Looks at a batch twice a second until all of it has ended. */
export async function watchBatch({ music }: Framesong, batchId: string, service: NodeProcess): Promise<BatchLook[]> {
  const looks: BatchLook[] = [];
  let heldAtPercent = 0;
  while (looks.at(-1)?.done !== true) {
    await delay(LOOK_EVERY_MS);
    const look = { ...(await lookAtBatch(music, batchId)), memoryBytes: pssBytesOfTrees([service.pid]) };
    if (!look.done && look.percent < heldAtPercent) {
      looks.push(look);
      continue;
    }
    heldAtPercent = look.percent + PERCENT_BETWEEN_HELD;
    const { usedBytes, externalBytes } = await heldMemory(service);
    looks.push({ ...look, heldBytes: usedBytes + externalBytes });
  }
  return looks;
}

/** How a batch stands now. */
export async function lookAtBatch(
  { jobs }: Framesong['music'],
  batchId: string,
): Promise<Omit<BatchLook, 'memoryBytes' | 'heldBytes'>> {
  const { report } = await jobs.getBatch({ batchId, pageSize: 1, pageToken: '', onlyErrors: false });
  const { percent, states, done } = report!.batch!;
  const of = (state: JobState) => states.find((counted) => counted.state === state)?.jobs ?? 0;
  return { percent, running: of(JobState.RUNNING), succeeded: of(JobState.SUCCEEDED), done };
}
