import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JobState } from '@framesong/contracts/job/v1/job';
import { eventually } from './eventually.ts';
import { stateName } from './first-frames.ts';
import { cpuOfDescendants } from './leftovers.ts';
import type { MusicStack } from './music-stack.ts';

/** Files that only songs in the making have: scores, rendered sections, half-written artifacts, open uploads. */
export function musicFilesInProgress(dataFolder: string): string[] {
  const folders = ['work/music', 'artifacts/music/incoming', 'artifacts/music/uploads'];
  return folders.flatMap((folder) =>
    readdirSync(join(dataFolder, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

/** Resolves once no song job, no task of a worker and no file of work in progress is left; else says what is. */
export async function noSongLeft(
  { music, framesong, dataFolder }: Pick<MusicStack, 'music' | 'framesong' | 'dataFolder'>,
  servicesFolder = dataFolder,
): Promise<void> {
  const unfinished = async () => {
    const { jobs } = await framesong.music.jobs.listJobs({
      pageSize: 10,
      pageToken: '',
      states: [JobState.QUEUED, JobState.RUNNING],
      labels: new Map(),
    });
    return jobs.map(({ id, state }) => `${id} ${stateName(state)}`);
  };
  await eventually('the end of all songs', unfinished, (seen) => seen.length === 0);
  await eventually(
    'a folder without files of songs in the making',
    () => musicFilesInProgress(servicesFolder),
    (seen) => seen.length === 0,
  );
  await eventually(
    'rest of all workers',
    () => cpuOfDescendants([music.pid]),
    (seen) => seen === 0,
  );
}
