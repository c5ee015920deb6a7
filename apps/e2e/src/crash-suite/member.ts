import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startService } from '../testing/service.ts';
import type { PaidWorkerOptions } from './paid-worker.ts';
import type { Wire } from '@framesong/jobs/testing';

/** One time that a process did not run although it had not ended, in milliseconds since 1970. */
export interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One life of a worker process. */
export interface Life {
  readonly pid: number;
  endedAtMs: number | undefined;
  readonly pauses: Pause[];
}

/** A worker of the suite, over all of its lives. */
export interface Member {
  readonly service: string;
  readonly executorId: string;
  readonly wire: Wire;
  readonly lives: Life[];
  /** The life that it has now. */
  readonly alive: Life | undefined;
  start(): Promise<void>;
  /** Sends the signal, after which it does not run, or ends. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  /** Resolves when the present life has ended. */
  readonly ended: Promise<void>;
  /** What its lives have logged of a job as a warning or worse. */
  complaintsAbout(jobId: string): string[];
}

/** How to start one life: the process, and a promise of when it is ready. */
type Starter = () => Promise<{ readonly pid: number; readonly ended: Promise<unknown> }>;

/** A worker of one of the real services. */
export function serviceMember(
  options: {
    readonly app: 'image-generation' | 'music';
    readonly service: string;
    readonly executorId: string;
    readonly dataFolder: string;
    readonly environment: Readonly<Record<string, string>>;
  },
  wire: Wire,
): Member {
  const prefix = options.app === 'music' ? 'FRAMESONG_MUSIC' : 'FRAMESONG_IMAGE';
  const environment = {
    ...options.environment,
    FRAMESONG_DATABASE_URL: wire.url,
    [`${prefix}_ROLE`]: 'worker',
    [`${prefix}_EXECUTOR_ID`]: options.executorId,
  };
  const logs: (readonly Record<string, unknown>[])[] = [];
  return createMember(options.service, options.executorId, wire, logs, async () => {
    const started = await startService({ app: options.app, dataFolder: options.dataFolder, environment });
    logs.push(started.log);
    return { pid: started.pid, ended: started.exited };
  });
}

/** A worker of paid jobs. */
export function paidMember(options: Omit<PaidWorkerOptions, 'databaseUrl'>, wire: Wire): Member {
  return createMember('paid', options.executorId, wire, [], async () => {
    const given: PaidWorkerOptions = { ...options, databaseUrl: wire.url };
    const child: ChildProcess = fork(join(import.meta.dirname, 'paid-worker.ts'), [JSON.stringify(given)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    const ended = once(child, 'exit');
    await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('a paid worker ended')))]);
    return { pid: child.pid!, ended };
  });
}

function createMember(
  service: string,
  executorId: string,
  wire: Wire,
  logs: readonly (readonly Record<string, unknown>[])[],
  starter: Starter,
): Member {
  const lives: Life[] = [];
  let ended: Promise<void> = Promise.resolve();
  let stoppedAtMs: number | undefined;
  const now = (): Life | undefined => {
    const last = lives.at(-1);
    return last?.endedAtMs === undefined ? last : undefined;
  };
  return {
    service,
    executorId,
    wire,
    lives,
    get alive() {
      return now();
    },
    get ended() {
      return ended;
    },
    complaintsAbout: (jobId) =>
      logs
        .flat()
        .filter(({ level }) => level === 'warn' || level === 'error')
        .map((line) => JSON.stringify(line))
        .filter((line) => line.includes(jobId)),
    async start() {
      const started = await starter();
      const life: Life = { pid: started.pid, endedAtMs: undefined, pauses: [] };
      lives.push(life);
      ended = started.ended.then(() => {
        life.endedAtMs ??= Date.now();
      });
    },
    signal(signal) {
      const life = now();
      if (life === undefined) return;
      process.kill(life.pid, signal);
      if (signal === 'SIGCONT' && stoppedAtMs !== undefined) {
        life.pauses.push({ fromMs: stoppedAtMs, toMs: Date.now() });
        stoppedAtMs = undefined;
      }
      // It does nothing more; that it has ended is heard of later.
      if (signal === 'SIGKILL') life.endedAtMs = Date.now();
      if (signal === 'SIGSTOP') stoppedAtMs = Date.now();
    },
  };
}
