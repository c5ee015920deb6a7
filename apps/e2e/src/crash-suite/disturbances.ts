import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from './member.ts';
import type { Observer, HeldJob } from './observer.ts';
import type { Random } from './random.ts';
import type { SuitePostgres } from './suite-postgres.ts';

/** What is done to the running system. */
export const DISTURBANCES = ['kill', 'freeze', 'cut', 'restart database', 'kill database'] as const;

export type Disturbance = (typeof DISTURBANCES)[number];

/** One that hit a job that was running. */
export interface Hit {
  readonly what: Disturbance;
  readonly executorId: string;
  readonly jobs: readonly HeldJob[];
}

/** What is there to be disturbed. */
export interface Target {
  readonly postgres: SuitePostgres;
  readonly members: readonly Member[];
  readonly observers: readonly Observer[];
  readonly random: Random;
  /** After which a silent worker counts as dead. */
  readonly deadAfterMs: number;
  /** Stages by service; the one that was hit least is aimed at. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

/** Does one thing after the other, and remembers what it hit. */
export interface Disturber {
  readonly hits: readonly Hit[];
  /** Hits of each stage, `<service>: <stage>`. */
  hitsByStage(): ReadonlyMap<string, number>;
  /** Disturbs once. What mends it goes on behind it. */
  disturb(): Promise<void>;
  /** Mends everything; resolves when every worker is up. */
  mend(): Promise<void>;
}

/** Of ten disturbances as many are of each kind. */
const SHARES: readonly Disturbance[] = [
  'kill', 'kill', 'kill', 'kill', 'freeze', 'freeze', 'cut', 'cut', 'restart database', 'kill database',
]; // prettier-ignore
const AIM_MS = 3000;
const LOOK_MS = 15;

export function createDisturber(target: Target): Disturber {
  const { members, observers, postgres, random, deadAfterMs } = target;
  const hits: Hit[] = [];
  const busy = new Map<Member, Promise<void>>();

  const hitsByStage = (): Map<string, number> => {
    const all = Object.entries(target.stages).flatMap(([service, stages]) =>
      stages.map((name) => `${service}: ${name}`),
    );
    const counts = new Map(all.map((name) => [name, 0]));
    for (const { jobs } of hits)
      for (const job of jobs)
        for (const step of job.steps)
          for (const name of all) if (isOf(job, step, name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const heldBy = async (member?: Member): Promise<HeldJob[]> => {
    const all = (
      await Promise.all(observers.map(async (observer) => mine(await observer.held(), observer, member)))
    ).flat();
    return all;
  };
  const mine = (held: readonly HeldJob[], { service }: Observer, member: Member | undefined): HeldJob[] =>
    held.filter(
      ({ executorId }) => member === undefined || (service === member.service && executorId === member.executorId),
    );
  const note = (what: Disturbance, executorId: string, jobs: readonly HeldJob[]): void => {
    if (jobs.length > 0) hits.push({ what, executorId, jobs });
  };
  /** What mends a disturbance goes on in the background, while others are disturbed. */
  const inBackground = (member: Member, work: () => Promise<void>): void => {
    const done = work().finally(() => busy.delete(member));
    busy.set(member, done);
  };
  const longOrShort = (): number =>
    random.chance(0.5) ? random.between(deadAfterMs * 1.1, deadAfterMs * 2) : random.between(100, deadAfterMs * 0.6);

  /** A free worker that has the least-hit stage in hand, waited for a while, or else any that has something. */
  const aim = async (): Promise<Member | undefined> => {
    const [wanted] = [...hitsByStage()].sort((left, right) => left[1] - right[1])[0] ?? [''];
    const free = (): Member[] => members.filter((member) => !busy.has(member) && member.alive !== undefined);
    for (const until = Date.now() + AIM_MS; Date.now() < until;) {
      for (const member of free()) {
        const held = await heldBy(member);
        if (held.some((job) => job.steps.some((step) => isOf(job, step, wanted)))) return member;
      }
      await pause(LOOK_MS);
    }
    return free().length === 0 ? undefined : random.pick(free());
  };

  const disturbDatabase = async (what: 'restart database' | 'kill database'): Promise<void> => {
    const jobs = await heldBy();
    if (what === 'kill database') postgres.kill();
    else await postgres.stop();
    note(what, 'all', jobs);
    await pause(random.chance(0.2) ? random.between(deadAfterMs, deadAfterMs * 1.5) : random.between(0, 800));
    await startAgain(postgres);
  };
  const disturbMember = async (what: 'kill' | 'freeze' | 'cut', member: Member): Promise<void> => {
    await pause(random.between(0, 40));
    const jobs = await heldBy(member);
    if (member.alive === undefined) return;
    note(what, member.executorId, jobs);
    if (what === 'kill') {
      member.signal('SIGKILL');
      inBackground(member, async () => {
        await member.ended;
        await pause(random.chance(0.3) ? deadAfterMs * 1.5 : random.between(0, 400));
        await startUntilUp(member);
      });
    } else if (what === 'freeze') {
      member.signal('SIGSTOP');
      inBackground(member, async () => {
        await pause(longOrShort());
        member.signal('SIGCONT');
      });
    } else {
      member.wire.cut();
      inBackground(member, async () => {
        await pause(longOrShort());
        member.wire.mend();
      });
    }
  };
  return {
    hits,
    hitsByStage,
    async disturb() {
      const what = random.pick(SHARES);
      await pause(random.between(20, 400));
      const member = await aim();
      if (what === 'restart database' || what === 'kill database') await disturbDatabase(what);
      else if (member !== undefined) await disturbMember(what, member);
    },
    async mend() {
      await Promise.all(busy.values());
    },
  };
}

/** Whether a step of a job belongs to `<service>: <stage>`. */
function isOf(job: HeldJob, step: string, stage: string): boolean {
  const [service = '', name = ''] = stage.split(': ');
  return job.jobId.startsWith(`${service}_`) && step.startsWith(name);
}

async function startAgain(postgres: SuitePostgres): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await postgres.start();
      return;
    } catch (thrown) {
      // The children of a killed server take a moment to end.
      if (tries === 20) throw thrown;
      await pause(250);
    }
  }
}

/** A start may meet a database that is away; it is repeated, as whoever runs services does. */
async function startUntilUp(member: Member): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await member.start();
      return;
    } catch (thrown) {
      if (tries === 20) throw thrown;
      await pause(500);
    }
  }
}
