import { jobOwner } from '@framesong/client';
import { Job } from '@framesong/contracts/job/v1/job';
import type { CliCommand } from '../cli-command.ts';
import { jobLines } from '../job/job-text.ts';
import { protoJson } from '../output/proto-json.ts';

/** `framesong jobs cancel`: a job that has ended stays as it is, and that is no fault. */
export const jobsCancel: CliCommand = {
  define: (command) =>
    void command
      .argument('<id>', 'frame_... or song_...')
      .option('--reason <text>', 'for whoever looks at the job later', ''),
  async run({ framesong, output, ...session }, [jobId = ''], values) {
    const { reason } = values as { reason: string };
    const { job } = await jobOwner(framesong, jobId).jobs.cancelJob({ jobId, reason }, session.call());
    output.result(protoJson(Job, job!), () => jobLines(job!));
    return 0;
  },
};
