import { submitFirstFrameBatch } from '@framesong/client';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { readRequests } from '../batch/read-requests.ts';
import { uploadFiles, withFileDigests } from '../batch/reference-files.ts';
import { submitRequests } from '../batch/submit-requests.ts';
import type { CliCommand } from '../cli-command.ts';

/** `framesong image batch` */
export const imageBatch: CliCommand = {
  define: (command) =>
    void command.requiredOption('--requests <file>', 'one FirstFrameRequest as JSON per line, or {"label", "request"}'),
  async run(session, _, values) {
    const { requests } = values as { requests: string };
    const entries = await readRequests(FirstFrameRequest, requests, withFileDigests);
    const { imageGeneration } = session.framesong;
    return submitRequests(
      session,
      {
        jobs: imageGeneration.jobs,
        submit: (items, options) => submitFirstFrameBatch(imageGeneration, items, options),
      },
      await uploadFiles(session, entries),
    );
  },
};
