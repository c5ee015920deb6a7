import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { Admission } from './admission.ts';
import { createClient } from './client.ts';
import { methodPolicy } from './method-policy.ts';
import { compressionService } from './testing/handlers.ts';
import { event, rejection, startTestServer, type TestServer } from './testing/test-server.ts';

const REQUEST = { source: Buffer.of() };
const { signal: NEVER } = new AbortController();

describe('admission', () => {
  let test: TestServer | undefined;
  afterEach(() => test?.close());

  async function serve(queue: number) {
    const started = event();
    const finish = event();
    const stopped = event();
    test = await startTestServer(
      [
        compressionService({
          compressImage: async (_, call) => {
            call.signal.addEventListener('abort', () => stopped.happen());
            started.happen();
            await finish.happened;
            return { image: Buffer.of() };
          },
        }),
      ],
      { policy: methodPolicy({ class: 'work' }), settings: { maxConcurrentWork: 1, maxQueuedWork: queue } },
    );
    return { client: createClient(test.channel, CompressionServiceService), started, finish, stopped };
  }

  it('refuses at once when slots and queue are full, with retry advice and push-back', async () => {
    const { client, started, finish } = await serve(0);
    const first = client.compressImage(REQUEST);
    await started.happened;
    let trailers: Readonly<Record<string, string>> = {};
    const refused = await rejection(client.compressImage(REQUEST, { onTrailers: (received) => (trailers = received) }));
    expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'SERVER_BUSY' });
    const { retryAfterMs } = refused as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThanOrEqual(50);
    expect(trailers['grpc-retry-pushback-ms']).toBe(String(retryAfterMs));
    finish.happen();
    await first;
  });

  it('lets a call wait and takes it when a slot is free', async () => {
    const { client, started, finish } = await serve(1);
    const first = client.compressImage(REQUEST);
    await started.happened;
    const second = client.compressImage(REQUEST);
    await rejection(client.compressImage(REQUEST, { timeoutMs: 1 }));
    finish.happen();
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
  });

  it('keeps the slot of a call whose caller has gone until its work has stopped', async () => {
    const { client, started, finish, stopped } = await serve(0);
    const abort = new AbortController();
    const first = rejection(client.compressImage(REQUEST, { signal: abort.signal }));
    await started.happened;
    abort.abort();
    await first;
    await stopped.happened;
    await expect(client.compressImage(REQUEST)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    finish.happen();
    await finish.happened;
    await expect(client.compressImage(REQUEST)).resolves.toBeDefined();
  });

  it('is first in, first out', async () => {
    const admission = new Admission({ slots: 1, queue: 3, maxWaitMs: 60_000 });
    const release = await admission.enter(NEVER);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (place) => {
      const giveBack = await admission.enter(NEVER);
      order.push(place);
      giveBack();
    });
    release();
    release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('refuses who has waited too long, and forgets who has gone', async () => {
    const admission = new Admission({ slots: 1, queue: 2, maxWaitMs: 20 });
    const release = await admission.enter(NEVER);
    const abort = new AbortController();
    const gone = rejection(admission.enter(abort.signal));
    const late = rejection(admission.enter(NEVER));
    abort.abort();
    expect(await gone).toMatchObject({ code: 'CANCELLED' });
    expect(await late).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    release();
    await expect(admission.enter(NEVER)).resolves.toBeDefined();
    await expect(admission.enter(abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
