import { durationText, errorOfJob, isFinal, stageTree } from '@framesong/client';
import { Job, JobState } from '@framesong/contracts/job/v1/job';
import { msOfDuration } from '@framesong/rpc';
import { EXIT_JOB_FAILED } from '../exit-codes.ts';
import { stateWord } from '../output/progress.ts';
import { protoJson } from '../output/proto-json.ts';
import type { Session } from '../session.ts';
import { costFacts } from './cost-text.ts';
import { expectedText } from './expected-text.ts';

/** A job as lines: what stands where, then the tree of its stages. */
export function jobLines(job: Job): string[] {
  const facts: [string, string][] = [
    ['job', job.id],
    ['kind', job.kind],
    ['state', stateWord(job.state)],
    ['progress', isFinal(job.state) ? '' : `${job.percent.toFixed(0)} % ${job.stage}`],
    ['queue', job.queuePosition > 0 ? `place ${job.queuePosition}` : ''],
    ['remaining', expectedText(job.outlook?.expectedRemaining)],
    ['notice', job.outlook?.notice?.message ?? ''],
    ['created', job.createTime?.toISOString() ?? ''],
    ['ended', job.endTime?.toISOString() ?? ''],
    ['ran', runText(job)],
    ['labels', [...job.labels].map(([name, value]) => `${name}=${value}`).join(' ')],
    ['request id', job.requestId],
    ['batch', job.batchId],
    ['result', reuseText(job.reuse)],
    ...job.timeouts.map(({ stage, timeout, why }): [string, string] => [
      'time limit',
      `${durationText(msOfDuration(timeout) ?? 0)} for ${stage}: ${why}`,
    ]),
    ...costFacts(job.cost),
    ['trace', job.traceId],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return job.stages.length === 0 ? lines : [...lines, '', ...stageTree(job.stages)];
}

/** Prints a job, and its error when it has one. @returns the exit code: 9 when it ended without result */
export function printJob({ output }: Pick<Session, 'output'>, job: Job): number {
  output.result(protoJson(Job, job), () => jobLines(job));
  return reportFailure({ output }, job);
}

/** Says why a job has ended without result. @returns the exit code */
export function reportFailure({ output }: Pick<Session, 'output'>, job: Job): number {
  const error = errorOfJob(job);
  if (!error) return 0;
  output.error(job.traceId === '' ? error : error.with({ metadata: { trace_id: job.traceId } }));
  return EXIT_JOB_FAILED;
}

/** Whose result it has, when it is not its own. */
function reuseText(reuse: Job['reuse']): string {
  if (!reuse?.jobId) return '';
  const away = reuse.distance > 0 ? `, whose words differ by ${(reuse.distance * 100).toFixed(0)} %` : '';
  return `that of job ${reuse.jobId}${away}`;
}

/** `in 3.4 s` of one that ran. */
function runText({ runTime, attempts, state }: Job): string {
  const ranMs = msOfDuration(runTime) ?? 0;
  if (ranMs === 0 || state === JobState.QUEUED) return '';
  return `${durationText(ranMs)}${attempts > 1 ? `, ${attempts} attempts` : ''}`;
}
