import { jobOwner } from '@framesong/client';
import type { CliCommand } from '../cli-command.ts';

/** `framesong jobs delete` */
export const jobsDelete: CliCommand = {
  define: (command) => void command.argument('<id>', 'frame_... or song_..., one that has ended'),
  async run({ framesong, output, ...session }, [jobId = '']) {
    await jobOwner(framesong, jobId).jobs.deleteJob({ jobId }, session.call());
    output.result({ deleted: jobId }, () => [`${jobId} is deleted`]);
    return 0;
  },
};
