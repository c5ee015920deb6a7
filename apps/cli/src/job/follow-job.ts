import { isFinal, jobOwner, watchJob } from '@framesong/client';
import { Job, JobEvent } from '@framesong/contracts/job/v1/job';
import { FramesongError, toFramesongError } from '@framesong/errors';
import { INTERRUPTED } from '../exit-codes.ts';
import { createProgress, stateWord } from '../output/progress.ts';
import { protoJson } from '../output/proto-json.ts';
import type { Session } from '../session.ts';

const LAST_CALL_MS = 5_000;

/** How to follow. */
export interface FollowOptions {
  /** Begins the lines of progress: `first frame`. */
  readonly what: string;
  readonly afterSequence?: number;
  readonly onEvent?: (event: JobEvent) => Promise<void>;
}

/**
 * Shows the progress of a job until it has ended, and returns it. Ctrl-C and a passed `--timeout` leave the job at work and
 * say how to come back; with `--cancel-on-interrupt` they cancel it.
 */
export async function followJob(session: Session, jobId: string, options: FollowOptions): Promise<Job> {
  const { jobs } = jobOwner(session.framesong, jobId);
  const progress = createProgress(options.what);
  try {
    const events = watchJob(jobs, jobId, {
      ...session.call(),
      afterSequence: options.afterSequence ?? 0,
      onOutlook: (outlook) => progress.expect(outlook),
      onReconnect: (attempt) => {
        if (attempt === 1) progress.say(`${options.what}: the connection is lost, looking for it again`);
      },
    });
    for await (const event of events) {
      if (session.output.isLines) session.output.line(protoJson(JobEvent, event));
      progress.show(event);
      await options.onEvent?.(event);
    }
  } catch (thrown) {
    progress.end();
    throw await leaveJob(session, jobId, toFramesongError(thrown));
  }
  progress.end();
  const { job } = await jobs.getJob({ jobId }, session.lastCall(LAST_CALL_MS));
  return job!;
}

/** What becomes of the job when the command leaves it before its end: the error to end with. */
export async function leaveJob(session: Session, jobId: string, error: FramesongError): Promise<FramesongError> {
  const isInterrupt = error.reason === INTERRUPTED;
  if (!isInterrupt && error.code !== 'DEADLINE_EXCEEDED' && error.code !== 'UNAVAILABLE') return error;
  const why = isInterrupt ? 'interrupted' : error.message;
  if (session.globals.cancelOnInterrupt && error.code !== 'UNAVAILABLE') {
    const state = await cancelledState(session, jobId);
    return told(error, `${why}; job ${jobId} is ${state}`, jobId);
  }
  return told(error, `${why}; job ${jobId} goes on. Come back with: framesong jobs watch ${jobId}`, jobId);
}

async function cancelledState({ framesong, ...session }: Session, jobId: string): Promise<string> {
  const request = { jobId, reason: 'the command line was interrupted' };
  const { jobs } = jobOwner(framesong, jobId);
  try {
    const { job } = await jobs.cancelJob(request, session.lastCall(LAST_CALL_MS));
    return job && isFinal(job.state) ? stateWord(job.state) : 'being cancelled';
  } catch (thrown) {
    return `not cancelled, try framesong jobs cancel ${jobId}: ${toFramesongError(thrown).message}`;
  }
}

function told({ code, reason, metadata }: FramesongError, message: string, jobId: string): FramesongError {
  return new FramesongError(message, { code, reason, metadata: { ...metadata, job_id: jobId } });
}
