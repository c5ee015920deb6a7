import type { CliCommand } from '../cli-command.ts';
import { followJob } from '../job/follow-job.ts';
import { printJob } from '../job/job-text.ts';
import { wholeNumber } from '../options/option-parsers.ts';

/** `framesong jobs watch` */
export const jobsWatch: CliCommand = {
  define: (command) =>
    void command
      .argument('<id>', 'frame_... or song_...')
      .option(
        '--after <number>',
        'only events after this one (default: 0)',
        wholeNumber(0, Number.MAX_SAFE_INTEGER),
        0,
      ),
  async run(session, [jobId = ''], values) {
    const { after } = values as { after: number };
    const what = jobId.startsWith('song_') ? 'song' : 'first frame';
    return printJob(session, await followJob(session, jobId, { what, afterSequence: after }));
  },
};
