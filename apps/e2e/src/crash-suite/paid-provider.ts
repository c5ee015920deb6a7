import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.ts';

/** Money that was taken. */
export interface Charge {
  readonly jobId: string;
  readonly taskId: string;
  /** Whether the buyer sent a key that the provider knows repeats by. */
  readonly keyed: boolean;
  readonly atMs: number;
}

/** A provider on loopback that takes money for tasks and writes down each time it did. */
export interface PaidProvider extends AsyncDisposable {
  readonly url: string;
  readonly charges: readonly Charge[];
}

const TASK_MS = 300;
/** Share of the orders whose answer is lost after the money was taken. */
const LOST_ANSWERS = 0.05;

/**
 * `POST /buy?job=` orders a task: with an `idempotency-key` that was seen before it answers with the task of the first time
 * and takes nothing. `GET /task/<id>` says whether it is done.
 */
export async function startPaidProvider(random: Random): Promise<PaidProvider> {
  const charges: Charge[] = [];
  const byKey = new Map<string, Charge>();
  const byTask = new Map<string, Charge>();

  const buy = async (request: IncomingMessage, response: ServerResponse, jobId: string): Promise<void> => {
    await pause(random.between(5, 120));
    const key = request.headers['idempotency-key'];
    const known = typeof key === 'string' ? byKey.get(key) : undefined;
    const charge = known ?? { jobId, taskId: `task-${charges.length + 1}`, keyed: key !== undefined, atMs: Date.now() };
    if (known === undefined) {
      charges.push(charge);
      byTask.set(charge.taskId, charge);
      if (typeof key === 'string') byKey.set(key, charge);
    }
    await pause(random.between(5, 120));
    if (random.chance(LOST_ANSWERS)) response.destroy();
    else response.end(JSON.stringify({ taskId: charge.taskId }));
  };
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    const url = new URL(request.url!, 'http://provider');
    if (url.pathname === '/buy') void buy(request, response, url.searchParams.get('job') ?? '');
    else {
      const charge = byTask.get(url.pathname.replace('/task/', ''));
      if (charge === undefined) response.writeHead(404).end();
      else response.end(JSON.stringify({ done: Date.now() - charge.atMs >= TASK_MS }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    charges,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
