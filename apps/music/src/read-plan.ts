import type { ArtifactStore } from '@framesong/artifacts';
import type { SongPlan } from '@framesong/composer';
import type { JobContext } from '@framesong/jobs';
import type { SongInput } from './song-input.ts';

/** The score of a job, as it was written when the job was accepted. */
export async function readPlan(artifacts: ArtifactStore, job: JobContext<SongInput>): Promise<SongPlan> {
  const { chunks } = await artifacts.get(job.tenant, job.input.plan.digest, { signal: job.signal });
  return JSON.parse(Buffer.concat(await Array.fromAsync(chunks)).toString()) as SongPlan;
}
