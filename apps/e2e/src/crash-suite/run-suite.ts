import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../testing/eventually.ts';
import { checkHistory, type Violation } from './check-history.ts';
import { createDisturber, type Hit } from './disturbances.ts';
import type { History } from './history.ts';
import { startLoad } from './load.ts';
import { observe, type Observer } from './observer.ts';
import { PAID_STEPS } from './paid-job.ts';
import { createRandom } from './random.ts';
import { jobSources } from './sources.ts';
import { startEmbedded, startOfSystem } from './suite-postgres.ts';
import { SERVICES, startSystem, type System } from './system.ts';
import { worksOf } from './works.ts';

/** How the suite is run. */
export interface SuiteOptions {
  /** Chooses what is disturbed, when and how. */
  readonly seed: number;
  /** Disturbances that have to hit a running job. */
  readonly crashes: number;
  /** Hits that each stage has to get besides. */
  readonly hitsPerStage: number;
  /** No disturbance begins later. */
  readonly limitMs: number;
  /** `system`: a PostgreSQL of the machine, from /usr/lib/postgresql. */
  readonly postgres: 'embedded' | 'system';
  readonly beatIntervalMs: number;
  readonly deadAfterMs: number;
  readonly say?: (text: string) => void;
}

/** What came of it. */
export interface SuiteReport {
  readonly hits: readonly Hit[];
  readonly hitsByStage: ReadonlyMap<string, number>;
  readonly accepted: number;
  readonly states: ReadonlyMap<string, number>;
  readonly charges: number;
  readonly violations: readonly Violation[];
  /** What workers have logged of the jobs that the violations name. */
  readonly complaints: readonly string[];
}

/** Stages of every workflow, by what the ids of its jobs begin with. */
const STAGES = {
  frame: ['fetch references', 'prepare', 'generate_content'],
  song: ['render section', 'join sections'],
  paid: PAID_STEPS,
} as const;

const QUIET_MS = 180_000;

/** Disturbs real services under load until enough was hit, lets all jobs end, and judges what was recorded. */
export async function runCrashSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { seed, crashes, hitsPerStage, deadAfterMs, beatIntervalMs, say = () => undefined } = options;
  await using parts = new AsyncDisposableStack();
  const makeFolder = async (name: string): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), `framesong-${name}-`));
    parts.defer(() => rm(path, { recursive: true, force: true, maxRetries: 5 }));
    return path;
  };
  const folder = await makeFolder('crash');
  const postgres =
    options.postgres === 'embedded'
      ? await startEmbedded(folder, true)
      : await startOfSystem(await makeFolder('system-postgres'));
  if (postgres === undefined) throw new Error('there is no PostgreSQL in /usr/lib/postgresql');
  parts.defer(async () => {
    await postgres.stop();
  });
  const timing = { beatIntervalMs, deadAfterMs };
  const system = await startSystem(parts, {
    databaseUrl: postgres.url,
    folder,
    random: createRandom(seed + 1),
    timing,
  });
  const observers = SERVICES.map((service) => parts.use(observe(postgres.url, service)));
  const { members } = system;
  const disturber = createDisturber({ postgres, members, observers, random: createRandom(seed), deadAfterMs, stages: STAGES }); // prettier-ignore
  const load = startLoad(jobSources(system, observers), createRandom(seed + 2));

  const enough = (): boolean =>
    disturber.hits.length >= crashes && [...disturber.hitsByStage().values()].every((count) => count >= hitsPerStage);
  for (const until = Date.now() + options.limitMs; Date.now() < until && !enough();) {
    if (system.ended.length > 0) throw new Error(system.ended.join('\n'));
    const before = disturber.hits.length;
    await disturber.disturb();
    const { hits } = disturber;
    if (hits.length > before) say(`${hits.length}: ${hits.at(-1)!.what} ${hits.at(-1)!.executorId}`);
  }
  await load.stop();
  await disturber.mend();
  say(`${load.accepted.size} jobs were accepted; waiting for the last of them`);
  await quiet(observers);
  const history = await recorded(system, observers, load.accepted);
  const violations = checkHistory(history);
  const named = new Set(violations.flatMap(({ text }) => text.match(/\b(?:frame|song)_[0-9a-z]{26}\b/g) ?? []));
  return {
    hits: disturber.hits,
    hitsByStage: disturber.hitsByStage(),
    accepted: load.accepted.size,
    states: new Map([...Map.groupBy(history.jobs, ({ state }) => state)].map(([state, jobs]) => [state, jobs.length])),
    charges: system.provider.charges.length,
    violations,
    complaints: [...named].flatMap((jobId) => members.flatMap((member) => member.complaintsAbout(jobId))),
  };
}

async function quiet(observers: readonly Observer[]): Promise<void> {
  const open = async (): Promise<number[]> => Promise.all(observers.map((observer) => observer.open()));
  // Not thrown: what does not end is the finding.
  await eventually('the end of all jobs', open, (counts) => counts.every((count) => count === 0), QUIET_MS).catch(() => undefined); // prettier-ignore
}

async function recorded(
  system: System,
  observers: readonly Observer[],
  accepted: History['accepted'],
): Promise<History> {
  const all = async <T>(read: (observer: Observer) => Promise<T[]>): Promise<T[]> =>
    (await Promise.all(observers.map(read))).flat();
  return {
    services: SERVICES,
    accepted,
    jobs: await all((observer) => observer.jobs()),
    events: await all((observer) => observer.events()),
    stepsSeen: observers.flatMap(({ stepsSeen }) => stepsSeen),
    stepsAtEnd: await all((observer) => observer.steps()),
    loads: observers.flatMap(({ loads }) => loads),
    works: worksOf(system.journal, system.members),
    charges: system.provider.charges.map(({ jobId }) => jobId),
    orders: await all((observer) => observer.orders()),
  };
}
