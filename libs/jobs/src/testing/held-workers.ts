import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import path from 'node:path';
import type { HeldWorkerMessage, HeldWorkerOptions, HeldWorkerOrder } from './held-worker.ts';

/** A worker process whose jobs end when the test says so. */
export interface HeldWorker {
  readonly executorId: string;
  /** Jobs that began here, and why those that ended did. */
  readonly began: readonly string[];
  readonly ended: ReadonlyMap<string, string>;
  readonly isDrained: boolean;
  order(order: HeldWorkerOrder): void;
  kill(): Promise<void>;
}

/** Several of them. */
export interface HeldWorkers {
  /** Resolves when it works. */
  start(options: HeldWorkerOptions): Promise<HeldWorker>;
  /** Resolves when `look` is true, looked at after every message of any worker. */
  until(look: () => boolean): Promise<void>;
  killAll(): Promise<void>;
}

export function createHeldWorkers(): HeldWorkers {
  const children: ChildProcess[] = [];
  const told = new EventEmitter().setMaxListeners(0);
  const until = async (look: () => boolean): Promise<void> => {
    while (!look()) await once(told, 'message');
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    until,
    async start(options) {
      const child = fork(path.join(import.meta.dirname, 'held-worker.ts'), [JSON.stringify(options)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
      });
      children.push(child);
      const began: string[] = [];
      const ended = new Map<string, string>();
      const said = new Set<string>();
      child.on('message', (message: HeldWorkerMessage) => {
        said.add(message.say);
        if (message.say === 'began') began.push(message.jobId);
        if (message.say === 'ended') ended.set(message.jobId, message.why);
        told.emit('message');
      });
      await until(() => said.has('ready'));
      return {
        executorId: options.executorId,
        began,
        ended,
        get isDrained() {
          return said.has('drained');
        },
        order: (order) => void child.send(order),
        kill: () => kill(child),
      };
    },
    async killAll() {
      await Promise.all(children.splice(0).map(kill));
    },
  };
}
