import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JobState } from '@framesong/contracts/job/v1/job';
import { eventually } from './eventually.ts';
import { stateName } from './first-frames.ts';
import { descendantsOf } from './processes.ts';
import type { Stack } from './stack.ts';

/** Long enough for a busy worker to be charged some CPU time on a loaded machine. */
const SAMPLE_MS = 120;

/** Files that only work in progress has: spooled sources, half-written artifacts, open uploads, temporary files. */
export function filesInProgress({ dataFolder }: Stack): string[] {
  const folders = ['spool', 'tmp', 'artifacts/image/incoming', 'artifacts/image/uploads'];
  return folders.flatMap((folder) =>
    readdirSync(join(dataFolder, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** CPU time that the worker processes of both services use within a moment, in hundredths of a second. */
export function workerCpu({ compression, imageGeneration }: Stack): Promise<number> {
  return cpuOfDescendants([compression.pid, imageGeneration.pid]);
}

/** CPU time that what these processes have started uses within a moment, in hundredths of a second. */
export async function cpuOfDescendants(pids: readonly number[]): Promise<number> {
  const total = () => pids.flatMap((pid) => descendantsOf(pid)).reduce((sum, { cpu }) => sum + cpu, 0);
  const before = total();
  await delay(SAMPLE_MS);
  return Math.max(0, total() - before);
}

/** Resolves once no job, no task of a worker and no file of work in progress is left; else says what is. */
export async function nothingLeft(stack: Stack): Promise<void> {
  const unfinished = async () => {
    const { jobs } = await stack.framesong.imageGeneration.jobs.listJobs({
      pageSize: 10,
      pageToken: '',
      states: [JobState.QUEUED, JobState.RUNNING],
      labels: new Map(),
    });
    return jobs.map(({ id, state }) => `${id} ${stateName(state)}`);
  };
  await eventually('the end of all jobs', unfinished, (seen) => seen.length === 0);
  await eventually(
    'a folder without files of work in progress',
    () => filesInProgress(stack),
    (seen) => seen.length === 0,
  );
  await eventually(
    'rest of all workers',
    () => workerCpu(stack),
    (seen) => seen === 0,
  );
}
