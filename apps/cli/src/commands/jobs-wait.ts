import { isFinal, jobOwner } from '@framesong/client';
import type { Job } from '@framesong/contracts/job/v1/job';
import { deadlineExceeded, toFramesongError } from '@framesong/errors';
import type { CliCommand } from '../cli-command.ts';
import { leaveJob } from '../job/follow-job.ts';
import { printJob } from '../job/job-text.ts';
import type { Session } from '../session.ts';

/** One WaitJob lasts so long at most; then the next begins. */
const ROUND_MS = 60_000;

/** `framesong jobs wait` */
export const jobsWait: CliCommand = {
  define: (command) => void command.argument('<id>', 'frame_... or song_...'),
  async run(session, [jobId = '']) {
    try {
      return printJob(session, await wait(session, jobId));
    } catch (thrown) {
      throw await leaveJob(session, jobId, toFramesongError(thrown));
    }
  },
};

async function wait(session: Session, jobId: string): Promise<Job> {
  const { jobs } = jobOwner(session.framesong, jobId);
  for (;;) {
    const { job } = await jobs.waitJob({ jobId }, session.call(ROUND_MS));
    if (job && isFinal(job.state)) return job;
    // The service returns the unfinished job when the deadline is near.
    if (session.globals.timeout !== undefined) throw deadlineExceeded(`${jobId} has not ended within the deadline`);
  }
}
