import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Order, Outcome } from '../traces-caller.ts';

/** A caller of the services that is traced itself, as a process. */
export interface TracedCaller {
  /** Its log lines. */
  readonly log: readonly Record<string, unknown>[];
  call(order: Exclude<Order, { call: 'cancel' | 'stop' }>): Promise<Outcome>;
  /** Cancels the call that is under way. */
  cancel(): void;
  /** Exports what is left and ends. */
  stop(): Promise<void>;
}

/** Starts one that exports to where `environment` says. */
export function startTracedCaller(
  addresses: { readonly compression: string; readonly imageGeneration: string },
  environment: Readonly<Record<string, string>>,
): TracedCaller {
  const program = join(import.meta.dirname, '../traces-caller.ts');
  const child = fork(program, [addresses.compression, addresses.imageGeneration], {
    env: { PATH: process.env['PATH'], ...environment },
    // Requests hold maps, big numbers and bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const log: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => log.push(JSON.parse(line) as Record<string, unknown>));
  const tell = (order: Order) => void child.send(order);
  return {
    log,
    async call(order) {
      const answered = once(child, 'message') as Promise<[Outcome]>;
      tell(order);
      return (await answered)[0];
    },
    cancel: () => tell({ call: 'cancel' }),
    async stop() {
      tell({ call: 'stop' });
      await once(child, 'close');
    },
  };
}
