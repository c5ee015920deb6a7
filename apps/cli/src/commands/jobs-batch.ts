import type { BatchReport } from '@framesong/contracts/job/v1/batch';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { printBatch } from '../batch/batch-text.ts';
import { followBatch, readItems } from '../batch/follow-batch.ts';
import type { CliCommand } from '../cli-command.ts';
import { jobOwners, type NamedOwner } from '../job/job-owners.ts';
import type { Session } from '../session.ts';

/** `framesong jobs batch`: its id does not tell the service, so both are asked. */
export const jobsBatch: CliCommand = {
  define: (command) =>
    void command
      .argument('<id>', 'batch_...')
      .option('--follow', 'go on until all its jobs have ended')
      .option('--errors', 'only items that were rejected, or whose job ended without result'),
  async run(session, [batchId = ''], values) {
    const { follow, errors = false } = values as { follow?: boolean; errors?: boolean };
    const { owner, report } = await findBatch(session, batchId);
    if (follow) return followBatch(session, owner.jobs, batchId);
    return printBatch(session, report.batch!, await readItems(session, owner.jobs, batchId, errors));
  },
};

async function findBatch(
  session: Session,
  batchId: string,
): Promise<{ readonly owner: NamedOwner; readonly report: BatchReport }> {
  let failure: FramesongError | undefined;
  for (const owner of jobOwners(session)) {
    try {
      const request = { batchId, pageSize: 1, pageToken: '', onlyErrors: false };
      return { owner, report: (await owner.jobs.getBatch(request, session.call())).report! };
    } catch (thrown) {
      const error = toFramesongError(thrown);
      // Where a service cannot be asked, nobody knows that there is no such batch.
      if (failure === undefined || failure.code === 'NOT_FOUND') failure = error;
    }
  }
  throw failure!;
}
