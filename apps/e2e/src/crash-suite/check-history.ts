import type { History, RecordedEvent, RecordedJob, RecordedWork } from './history.ts';
import { overlapsOver } from './overlaps.ts';

/** What must never happen. */
export type Rule =
  | 'lost'
  | 'double paid'
  | 'double counted step'
  | 'limit exceeded'
  | 'broken history'
  | 'other bytes'
  | 'broken ledger';

/** One time that it happened. */
export interface Violation {
  readonly rule: Rule;
  readonly text: string;
}

const FINAL = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** Judges what was recorded by the promises of the engine. Empty when all were kept. */
export function checkHistory(history: History): Violation[] {
  return [
    ...checkJobs(history),
    ...checkEvents(history),
    ...checkSteps(history),
    ...checkCharges(history),
    ...checkLedger(history),
    ...checkLimits(history),
    ...checkBytes(history),
  ];
}

function checkJobs({ accepted, jobs }: History): Violation[] {
  const found = new Map(jobs.map((job) => [job.id, job]));
  return [...accepted].flatMap(([id, { cancelled }]) => {
    const job = found.get(id);
    if (job === undefined) return violation('lost', `${id} was accepted and is gone`);
    if (!FINAL.includes(job.state)) return violation('lost', `${id} is ${job.state} when all is quiet`);
    if (job.state === 'CANCELLED' && !cancelled) return violation('lost', `${id} is CANCELLED and nobody did`);
    // Not buying again is right; any other failure is none of the job's own.
    if (job.state === 'FAILED' && job.outcome !== 'sent_unknown')
      return violation('lost', `${id} is FAILED with ${job.reason ?? 'no reason'}`);
    return [];
  });
}

function checkEvents({ jobs, events }: History): Violation[] {
  const byJob = Map.groupBy(events, ({ jobId }) => jobId);
  return jobs.flatMap((job) => {
    const own = byJob.get(job.id) ?? [];
    const fault = faultOf(job, own);
    return fault === undefined ? [] : violation('broken history', `${job.id}: ${fault}`);
  });
}

function faultOf(job: RecordedJob, events: readonly RecordedEvent[]): string | undefined {
  if (events[0]?.type !== 'SUBMITTED') return 'does not begin with SUBMITTED';
  if (events.some(({ sequence }, index) => sequence !== index + 1)) return 'its events have gaps or repeats';
  if (events.some(({ percent }, index) => percent < (events[index - 1]?.percent ?? 0))) return 'its percentage falls';
  const finals = events.filter(({ type }) => FINAL.includes(type));
  if (!FINAL.includes(job.state)) return undefined;
  if (finals.length !== 1) return `has ${finals.length} final events`;
  if (events.at(-1)!.type !== job.state) return `ends with ${events.at(-1)!.type} and is ${job.state}`;
  return undefined;
}

function checkSteps({ stepsSeen, stepsAtEnd, works }: History): Violation[] {
  const key = ({ jobId, name }: { jobId: string; name: string }): string => `${jobId} ${name}`;
  const atEnd = new Map(stepsAtEnd.map((step) => [key(step), step]));
  const changed = stepsSeen.flatMap((seen) => {
    const now = atEnd.get(key(seen));
    if (now === undefined) return violation('lost', `the result of step ${key(seen)} is gone`);
    if (now.result === seen.result && now.attempts === seen.attempts && now.finishedAtMs === seen.finishedAtMs)
      return [];
    return violation('double counted step', `step ${key(seen)} was finished twice`);
  });
  const again = works.flatMap((work) => {
    if (work.what !== 'step') return [];
    const finished = atEnd.get(`${work.jobId} ${work.step ?? ''}`);
    if (finished === undefined || work.fromMs <= finished.finishedAtMs) return [];
    const lateMs = Math.round(work.fromMs - finished.finishedAtMs);
    return violation('double counted step', `step ${key(finished)} was begun ${lateMs} ms after it was finished`);
  });
  return [...changed, ...again];
}

function checkCharges({ jobs, charges }: History): Violation[] {
  const times = Map.groupBy(charges, (id) => id);
  const unknown = new Set(jobs.filter(({ outcome }) => outcome === 'sent_unknown').map(({ id }) => id));
  const twice = [...times].flatMap(([id, list]) =>
    list.length > 1 && !unknown.has(id) ? violation('double paid', `${id} was paid ${list.length} times`) : [],
  );
  const never = jobs.flatMap(({ id, kind, state }) =>
    kind.startsWith('paid-') && state === 'SUCCEEDED' && !times.has(id)
      ? violation('broken history', `${id} has a result that nobody paid for`)
      : [],
  );
  return [...twice, ...never];
}

/** Whatever was charged is in the ledger as spent or at risk, and what has a result is settled, once. */
function checkLedger({ jobs, charges, orders }: History): Violation[] {
  const byJob = Map.groupBy(orders, ({ jobId }) => jobId);
  const times = Map.groupBy(charges, (id) => id);
  return jobs.flatMap(({ id, kind, state }) => {
    if (!kind.startsWith('paid-ordered')) return [];
    const entries = byJob.get(id) ?? [];
    const counted = entries.filter((entry) => entry.state !== 'released').length;
    const charged = times.get(id)?.length ?? 0;
    const settled = entries.filter((entry) => entry.state === 'settled').length;
    return [
      ...(charged > counted ? violation('broken ledger', `${id} was charged ${charged} times, and ${counted} are in the ledger`) : []), // prettier-ignore
      ...(state === 'SUCCEEDED' && settled !== 1 ? violation('broken ledger', `${id} has ${settled} settled orders`) : []), // prettier-ignore
    ];
  });
}

function checkLimits({ services, loads, works }: History): Violation[] {
  return services.flatMap(({ service, queue, concurrency, perWorkerConcurrency }) => {
    const held = loads.filter((load) => load.queue === queue);
    const most = Math.max(0, ...held.map(({ total }) => total));
    const mostOfOne = Math.max(0, ...held.map(({ mostOfOne }) => mostOfOne));
    const runs = works.filter((work) => work.what === 'work' && work.jobId.startsWith(`${service}_`));
    const workers = Map.groupBy(runs, ({ executorId }) => executorId);
    return [
      ...(most > concurrency ? violation('limit exceeded', `${most} starts of ${queue} at once`) : []),
      ...(mostOfOne > perWorkerConcurrency
        ? violation('limit exceeded', `${mostOfOne} of ${queue} in one worker`)
        : []),
      ...overlaps(runs, concurrency, queue),
      ...[...workers].flatMap(([id, own]) => overlaps(own, perWorkerConcurrency, `${queue} in ${id}`)),
    ];
  });
}

function overlaps(works: readonly RecordedWork[], limit: number, what: string): Violation[] {
  return overlapsOver(works, limit).flatMap(({ fromMs, durationMs, count }) => {
    const those = works.filter((work) => work.fromMs <= fromMs && work.toMs > fromMs);
    const list = those.map((work) => `${work.jobId} in ${work.executorId} since ${fromMs - work.fromMs} ms`).join(', ');
    return violation('limit exceeded', `${count} jobs of ${what} at work for ${durationMs} ms: ${list}`);
  });
}

/** The same request makes the same bytes, however often its making was disturbed. */
function checkBytes({ jobs }: History): Violation[] {
  const made = jobs.filter(({ state, result }) => state === 'SUCCEEDED' && result !== undefined);
  return [...Map.groupBy(made, ({ kind }) => kind)].flatMap(([kind, list]) => {
    const results = new Set(list.map(({ result }) => result));
    return results.size <= 1 || kind.startsWith('paid-')
      ? []
      : violation('other bytes', `the ${list.length} jobs of kind ${kind} have ${results.size} different results`);
  });
}

function violation(rule: Rule, text: string): Violation[] {
  return [{ rule, text }];
}
