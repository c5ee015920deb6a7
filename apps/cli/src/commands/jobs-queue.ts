import { durationText } from '@framesong/client';
import { Queue } from '@framesong/contracts/job/v1/job_service';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { msOfDuration } from '@framesong/rpc';
import type { CliCommand } from '../cli-command.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { expectedText } from '../job/expected-text.ts';
import { jobOwners, type NamedOwner } from '../job/job-owners.ts';
import { wholeNumber } from '../options/option-parsers.ts';
import { errorJson } from '../output/error-text.ts';
import { protoJson } from '../output/proto-json.ts';
import { tableLines } from '../output/table.ts';
import type { Session } from '../session.ts';

interface QueueOptions {
  readonly all?: boolean;
  readonly setConcurrency?: number;
  readonly setPerWorker?: number;
  readonly setMaxWaiting?: number;
  readonly reset?: boolean;
}

/** `framesong jobs queue` */
export const jobsQueue: CliCommand = {
  define: (command) =>
    void command
      .argument('[name]', 'images or songs (default: both)')
      .option('--all', 'count the jobs of all tenants; for operators')
      .option('--set-concurrency <number>', 'jobs that run at once over all workers', wholeNumber(1, 1000))
      .option('--set-per-worker <number>', 'jobs that run at once in one worker', wholeNumber(1, 1000))
      .option('--set-max-waiting <number>', 'jobs that may wait; 0 refuses all', wholeNumber(0, 1_000_000))
      .option('--reset', 'go back to the limits that the service is set to'),
  async run(session, [name = ''], values) {
    const options = values as QueueOptions;
    const errors: FramesongError[] = [];
    const owners = jobOwners(session, name === 'images' ? ['image'] : name === 'songs' ? ['music'] : undefined);
    const lists = await Promise.all(
      owners.map((owner) =>
        queuesOf(session, owner, name, options).catch((thrown: unknown) => {
          errors.push(toFramesongError(thrown).prefixed(owner.name));
          return [];
        }),
      ),
    );
    session.interrupt.throwIfAborted();
    if (errors.length === lists.length) throw errors[0]!;
    const queues = lists.flat();
    const json = { queues: queues.map((queue) => protoJson(Queue, queue)) };
    session.output.result(errors.length === 0 ? json : { ...json, errors: errors.map(errorJson) }, () => table(queues));
    for (const error of errors) session.output.error(error);
    return errors[0] ? exitCodeOf(errors[0]) : 0;
  },
};

async function queuesOf(
  session: Session,
  { jobs }: NamedOwner,
  name: string,
  { all = false, setConcurrency, setPerWorker, setMaxWaiting, reset = false }: QueueOptions,
): Promise<Queue[]> {
  if (setConcurrency ?? setPerWorker ?? setMaxWaiting ?? (reset || undefined)) {
    const limits = {
      concurrency: setConcurrency,
      perWorkerConcurrency: setPerWorker,
      maxWaiting: setMaxWaiting,
      reset,
    };
    const { queue } = await jobs.setQueueLimit({ name, ...limits }, session.call());
    return [queue!];
  }
  return (await jobs.getQueue({ name, allTenants: all }, session.call())).queues;
}

function table(queues: readonly Queue[]): string[] {
  const rows = queues.map((queue) => [
    queue.name,
    String(queue.waiting),
    String(queue.running),
    String(queue.concurrency),
    String(queue.maxWaiting),
    queue.oldestAge ? durationText(msOfDuration(queue.oldestAge)!) : '',
    queue.throughputPerMinute.toFixed(1),
    String(queue.recentFailed),
    expectedText(queue.runTime),
    expectedText(queue.expectedStart),
    expectedText(queue.expectedEmpty),
  ]);
  const header = ['queue', 'waiting', 'running', 'at once', 'room', 'oldest', 'per min', 'failed', 'runs for', 'next starts in', 'empty in']; // prettier-ignore
  return tableLines(header, rows);
}
