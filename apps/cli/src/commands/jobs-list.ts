import { durationText } from '@framesong/client';
import { Job, JobState } from '@framesong/contracts/job/v1/job';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import { msOfDuration } from '@framesong/rpc';
import type { CliCommand } from '../cli-command.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { listOf, wholeNumber } from '../options/option-parsers.ts';
import { errorJson } from '../output/error-text.ts';
import { stateWord } from '../output/progress.ts';
import { protoJson } from '../output/proto-json.ts';
import { tableLines } from '../output/table.ts';
import { jobOwners, type OwnerName } from '../job/job-owners.ts';
import type { Session } from '../session.ts';

const STATES = {
  queued: JobState.QUEUED,
  running: JobState.RUNNING,
  succeeded: JobState.SUCCEEDED,
  failed: JobState.FAILED,
  cancelled: JobState.CANCELLED,
  expired: JobState.EXPIRED,
} as const;
const stateNames = Object.keys(STATES) as (keyof typeof STATES)[];

interface ListOptions {
  readonly state?: readonly (keyof typeof STATES)[];
  readonly limit: number;
  readonly service?: readonly OwnerName[];
}

/** `framesong jobs list` */
export const jobsList: CliCommand = {
  define: (command) =>
    void command
      .option('--state <states>', `${stateNames.join(', ')}; several with commas or repeats`, listOf(stateNames))
      .option('--service <name>', 'only the jobs of image or music', listOf(['image', 'music'] as const))
      .option('--limit <number>', 'how many at most (default: 20)', wholeNumber(1, 500), 20),
  async run(session, _, values) {
    const options = values as unknown as ListOptions;
    const errors: FramesongError[] = [];
    const lists = await Promise.all(
      jobOwners(session, options.service).map(({ name, jobs }) =>
        listOne(session, jobs, options).catch((thrown: unknown) => {
          errors.push(toFramesongError(thrown).prefixed(name));
          return [];
        }),
      ),
    );
    session.interrupt.throwIfAborted();
    const merged = lists.flat().sort(newestFirst).slice(0, options.limit);
    if (errors.length === lists.length) throw errors[0]!;
    const json = { jobs: merged.map((job) => protoJson(Job, job)) };
    session.output.result(errors.length === 0 ? json : { ...json, errors: errors.map(errorJson) }, () => table(merged));
    for (const error of errors) session.output.error(error);
    return errors[0] ? exitCodeOf(errors[0]) : 0;
  },
};

type Jobs = ReturnType<typeof jobOwners>[number]['jobs'];

async function listOne(session: Session, jobs: Jobs, { state = [], limit }: ListOptions): Promise<Job[]> {
  const request = {
    pageSize: limit,
    pageToken: '',
    states: state.map((name) => STATES[name]),
    labels: new Map(session.globals.labels),
  };
  return (await jobs.listJobs(request, session.call())).jobs;
}

function newestFirst(one: Job, other: Job): number {
  return (other.createTime?.getTime() ?? 0) - (one.createTime?.getTime() ?? 0);
}

function table(jobs: readonly Job[]): string[] {
  const rows = jobs.map((job) => [
    job.id,
    stateWord(job.state),
    job.kind,
    `${job.percent.toFixed(0)} %`,
    job.createTime?.toISOString().replace(/\.\d+Z$/, 'Z') ?? '',
    msOfDuration(job.runTime) ? durationText(msOfDuration(job.runTime)!) : '',
    [...job.labels].map(([name, value]) => `${name}=${value}`).join(' '),
  ]);
  return tableLines(['job', 'state', 'kind', 'done', 'created', 'ran', 'labels'], rows);
}
