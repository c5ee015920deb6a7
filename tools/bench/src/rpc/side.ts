import { join } from 'node:path';
import { startNode } from '../processes/node-process.ts';
import type { Batch, BatchRun } from './load.ts';

/** A server and a client of one kind, each a process of its own. */
export interface Side extends AsyncDisposable {
  /** Runs a batch; CPU is that of both processes. */
  run(batch: Batch): Promise<BatchRun>;
  /** Spans that the server has ended so far. */
  spans(): Promise<number>;
}

interface Used {
  readonly cpuMs: number;
  readonly spans: number;
}

/** Starts the side whose files begin with `kind`. */
export async function startSide(kind: 'our' | 'raw', folder: string): Promise<Side> {
  await using parts = new AsyncDisposableStack();
  const start = (part: 'server' | 'client') => {
    const name = `${kind}-${part}`;
    return parts.use(startNode({ name, file: join(import.meta.dirname, `${name}.ts`), folder }));
  };
  const server = start('server');
  const client = start('client');
  const [{ port }] = await Promise.all([server.message<{ port: number }>('serving'), client.message('ready')]);
  await client.ask({ kind: 'connect', address: `127.0.0.1:${port}` } as { kind: string }, 'connected');
  const used = () => server.ask<Used>({ kind: 'cpu' }, 'used');
  const owned = parts.move();
  return {
    async run(batch) {
      const before = await used();
      const ran = await client.ask<BatchRun>({ kind: 'run', batch } as { kind: string }, 'ran');
      const after = await used();
      return { ...ran, cpuMs: ran.cpuMs + after.cpuMs - before.cpuMs };
    },
    spans: async () => (await used()).spans,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
