import { durationText } from '@framesong/client';
import { jobOwners } from '../job/job-owners.ts';
import type { Session } from '../session.ts';
import type { Finding } from './checks.ts';

const LIMIT_MS = 3_000;
const TOLERATED_MS = 2_000;

/**
 * Compares the clock here with the times of the newest jobs. Deadlines travel as durations, so a clock that is wrong does no
 * harm to calls; it makes times and traces misleading. Only a clock that is behind can be told.
 */
export async function checkClock(session: Session): Promise<readonly Finding[]> {
  const request = { pageSize: 1, pageToken: '', states: [], labels: new Map<string, string>() };
  const lists = await Promise.allSettled(
    jobOwners(session).map(({ jobs }) => jobs.listJobs(request, session.call(LIMIT_MS))),
  );
  const newest = lists
    .flatMap((list) => (list.status === 'fulfilled' ? list.value.jobs : []))
    .map(({ createTime }) => createTime?.getTime() ?? 0);
  if (newest.length === 0) return [{ isGood: true, what: 'clock', seen: 'nothing to compare it with yet' }];
  const aheadMs = Math.max(...newest) - Date.now();
  if (aheadMs <= TOLERATED_MS) return [{ isGood: true, what: 'clock', seen: 'no job comes from the future' }];
  const seen = `the services are ${durationText(aheadMs)} ahead of this machine`;
  return [{ isGood: false, what: 'clock', seen, todo: 'turn on time synchronisation (NTP) on both machines' }];
}
