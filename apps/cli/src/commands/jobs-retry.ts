import { jobOwner } from '@framesong/client';
import { Job } from '@framesong/contracts/job/v1/job';
import type { CliCommand } from '../cli-command.ts';
import { jobLines } from '../job/job-text.ts';
import { protoJson } from '../output/proto-json.ts';

/** `framesong jobs retry` */
export const jobsRetry: CliCommand = {
  define: (command) => void command.argument('<id>', 'frame_... or song_...'),
  async run({ framesong, output, ...session }, [jobId = '']) {
    const { job } = await jobOwner(framesong, jobId).jobs.retryJob({ jobId }, session.call());
    output.result(protoJson(Job, job!), () => jobLines(job!));
    return 0;
  },
};
