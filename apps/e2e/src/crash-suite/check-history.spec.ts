import { checkHistory, type Rule } from './check-history.ts';
import type { History, RecordedJob, RecordedStep, RecordedWork } from './history.ts';

const JOB: RecordedJob = {
  service: 'paid',
  id: 'paid_1',
  kind: 'paid-blind.v1',
  state: 'SUCCEEDED',
  outcome: undefined,
  reason: undefined,
  result: 'a',
};
const STEP: RecordedStep = { jobId: 'paid_1', name: 'buy', attempts: 1, finishedAtMs: 1000, result: 'a' };
const WORK: RecordedWork = { what: 'work', executorId: 'w-0', jobId: 'paid_1', step: undefined, fromMs: 0, toMs: 100 };

/** One job that did everything right; `changes` spoil it. */
function history(changes: Partial<History> = {}): History {
  return {
    services: [{ service: 'paid', queue: 'paid', concurrency: 2, perWorkerConcurrency: 1 }],
    accepted: new Map([['paid_1', { cancelled: false }]]),
    jobs: [JOB],
    events: ['SUBMITTED', 'STARTED', 'RESUMED', 'SUCCEEDED'].map((type, index) => ({
      jobId: 'paid_1',
      sequence: index + 1,
      type,
      percent: index * 10,
    })),
    stepsSeen: [STEP],
    stepsAtEnd: [STEP],
    loads: [{ queue: 'paid', total: 2, mostOfOne: 1 }],
    works: [WORK, { ...WORK, executorId: 'w-1', jobId: 'paid_2' }],
    charges: ['paid_1'],
    orders: [],
    ...changes,
  };
}

const ORDERED: RecordedJob = { ...JOB, kind: 'paid-ordered.v1' };
const SETTLED = { jobId: 'paid_1', state: 'settled' };

const [submitted, started, ...rest] = history().events;

describe('the model checker', () => {
  it('finds nothing wrong with a job that kept every promise', () => {
    expect(checkHistory(history())).toEqual([]);
    expect(checkHistory(history({ jobs: [ORDERED], orders: [SETTLED] }))).toEqual([]);
    const unknown = { ...JOB, state: 'FAILED', outcome: 'sent_unknown' };
    const events = history().events.map((event) => (event.type === 'SUCCEEDED' ? { ...event, type: 'FAILED' } : event));
    expect(checkHistory(history({ jobs: [unknown], events, charges: ['paid_1', 'paid_1'] }))).toEqual([]);
  });

  it.each<[string, Rule, Partial<History>]>([
    ['an accepted job that is gone', 'lost', { jobs: [], events: [] }],
    ['an accepted job that never ends', 'lost', { jobs: [{ ...JOB, state: 'RUNNING' }] }],
    [
      'a job that failed by no fault of its own',
      'lost',
      { jobs: [{ ...JOB, state: 'FAILED', reason: 'JOB_POISONED' }] },
    ],
    ['a job that nobody cancelled', 'lost', { jobs: [{ ...JOB, state: 'CANCELLED' }] }],
    ['a finished step whose result is gone', 'lost', { stepsAtEnd: [] }],
    ['a step that was finished twice', 'double counted step', { stepsAtEnd: [{ ...STEP, finishedAtMs: 1001 }] }],
    ['a step with another result than before', 'double counted step', { stepsAtEnd: [{ ...STEP, result: 'b' }] }],
    [
      'a step that was begun after it was finished',
      'double counted step',
      { works: [{ ...WORK, what: 'step', step: 'buy', fromMs: 1001, toMs: 1002 }] },
    ],
    ['a job that was paid twice', 'double paid', { charges: ['paid_1', 'paid_1'] }],
    ['a result that nobody paid for', 'broken history', { charges: [] }],
    ['a charge that is not in the ledger', 'broken ledger', { jobs: [ORDERED], orders: [] }],
    ['a charge that the ledger has let go', 'broken ledger', { jobs: [ORDERED], orders: [{ ...SETTLED, state: 'released' }] }], // prettier-ignore
    ['a task that the ledger counts twice', 'broken ledger', { jobs: [ORDERED], orders: [SETTLED, SETTLED] }],
    ['too many starts at once', 'limit exceeded', { loads: [{ queue: 'paid', total: 3, mostOfOne: 1 }] }],
    ['too many starts in one worker', 'limit exceeded', { loads: [{ queue: 'paid', total: 2, mostOfOne: 2 }] }],
    [
      'two runs in one worker that may have one',
      'limit exceeded',
      { works: [WORK, { ...WORK, fromMs: 50, toMs: 150 }] },
    ],
    [
      'three runs where two may be',
      'limit exceeded',
      { works: [WORK, { ...WORK, executorId: 'w-1' }, { ...WORK, executorId: 'w-2', fromMs: 98, toMs: 200 }] },
    ],
    ['a gap in the events', 'broken history', { events: [submitted!, ...rest] }],
    ['an event that comes twice', 'broken history', { events: [submitted!, started!, started!, ...rest] }],
    ['an event after the end', 'broken history', { events: [...history().events, { ...started!, sequence: 5 }] }],
    [
      'a percentage that falls',
      'broken history',
      { events: history().events.map((event) => ({ ...event, percent: 50 - event.sequence })) },
    ],
    [
      'the same song with other bytes',
      'other bytes',
      {
        jobs: [
          { ...JOB, kind: 'song.v1' },
          { ...JOB, kind: 'song.v1', id: 'paid_2', result: 'b' },
        ],
      },
    ],
  ])('finds %s', (_, rule, changes) => {
    expect(checkHistory(history(changes)).map((violation) => violation.rule)).toContain(rule);
  });
});
