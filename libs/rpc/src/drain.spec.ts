import { connect } from 'node:net';
import { descriptorSetFile } from '@framesong/contracts';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { HealthService } from '@framesong/contracts/health';
import { createClient } from './client.ts';
import { startServer } from './server.ts';
import { artifactService } from './testing/handlers.ts';
import { downloadChunk, refOf } from './testing/messages.ts';
import { event, rejection, startTestServer, type TestServer } from './testing/test-server.ts';

const SERVING = 1;
const NOT_SERVING = 2;
const SERVICE_UNKNOWN = 3;

describe('a server that drains', () => {
  let test: TestServer;
  let started = event();
  let finish = event();
  const client = () => createClient(test.channel, ArtifactServiceService);

  async function serve(drainGraceMs: number) {
    started = event();
    finish = event();
    test = await startTestServer(
      [
        artifactService({
          statArtifact: async () => {
            started.happen();
            await finish.happened;
            return { artifact: refOf('finished') };
          },
          async *readArtifact(_, call) {
            yield await Promise.resolve(downloadChunk('a'));
            await new Promise((_resolve, reject) => {
              call.signal.addEventListener('abort', () => reject(call.signal.reason as Error));
            });
          },
        }),
      ],
      { settings: { drainGraceMs } },
    );
  }

  it('tells health watchers, lets live calls end, refuses new ones and closes the port', async () => {
    await serve(20_000);
    const live = client().statArtifact({ digest: '' });
    await started.happened;
    const health = createClient(test.channel, HealthService);
    const watch = health.watch({ service: '' })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: SERVING });
    const drained = test.server.drain();
    expect((await watch.next()).value).toEqual({ status: NOT_SERVING });
    expect((await watch.next()).done).toBe(true);
    await expect(client().statArtifact({ digest: '' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(test.server.liveCalls).toBe(1);
    finish.happen();
    expect((await live).artifact?.digest).toBe('finished');
    await drained;
    await test.server.drain();
    const refused = new Promise((resolve) => connect(test.server.port, '127.0.0.1').on('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
    await test.close();
  });

  it('ends calls that outlast the grace with UNAVAILABLE and retry advice, also ones that ignore their signal', async () => {
    await serve(30);
    const unary = rejection(client().statArtifact({ digest: '' }));
    const stream = client().readArtifact({ digest: '', offset: 0n, limit: 0n })[Symbol.asyncIterator]();
    await stream.next();
    await started.happened;
    await test.server.drain();
    const draining = { code: 'UNAVAILABLE', reason: 'DRAINING', retryAfterMs: 500 };
    expect(await unary).toMatchObject(draining);
    expect(await rejection(stream.next())).toMatchObject(draining);
    await test.close();
  });
});

describe('health', () => {
  let test: TestServer;
  beforeAll(async () => (test = await startTestServer([artifactService({})])));
  afterAll(() => test.close());

  it('answers for the server and for each service', async () => {
    const health = createClient(test.channel, HealthService);
    expect(await health.check({ service: '' })).toEqual({ status: SERVING });
    expect(await health.check({ service: 'framesong.artifact.v1.ArtifactService' })).toEqual({ status: SERVING });
    await expect(health.check({ service: 'nobody' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([...(await health.list({})).statuses.keys()]).toEqual(['', 'framesong.artifact.v1.ArtifactService']);
  });

  it('follows a dependency that goes and comes', async () => {
    const watch = createClient(test.channel, HealthService).watch({ service: '' })[Symbol.asyncIterator]();
    const seen = [(await watch.next()).value];
    for (const serving of [false, true]) {
      test.server.health.set(serving);
      seen.push((await watch.next()).value);
    }
    expect(seen).toEqual([SERVING, NOT_SERVING, SERVING].map((status) => ({ status })));
    await watch.return?.();
  });

  it('lets a client watch a service that does not exist yet', async () => {
    const watch = createClient(test.channel, HealthService).watch({ service: 'later' })[Symbol.asyncIterator]();
    expect((await watch.next()).value).toEqual({ status: SERVICE_UNKNOWN });
    await watch.return?.();
  });
});

describe('a server that cannot start', () => {
  const settings = { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 1, maxQueuedWork: 1 };

  it('says that its port is taken', async () => {
    const first = await startTestServer([artifactService({})]);
    const address = { host: '127.0.0.1', port: first.server.port };
    await expect(startServer({ services: [], address, settings, descriptorSetFile })).rejects.toMatchObject({
      reason: 'PORT_TAKEN',
      message: expect.stringContaining(`127.0.0.1:${first.server.port}`) as unknown,
    });
    await first.close();
  });

  it('says that its address is not one of this machine', async () => {
    const address = { host: '192.0.2.1', port: 0 };
    const open = { ...settings, allowPlaintext: true };
    await expect(startServer({ services: [], address, settings: open, descriptorSetFile })).rejects.toMatchObject({
      reason: 'ADDRESS_UNUSABLE',
    });
  });

  it('says that it has no TLS for an address that others can reach', async () => {
    const address = { host: '0.0.0.0', port: 0 };
    await expect(startServer({ services: [], address, settings, descriptorSetFile })).rejects.toMatchObject({
      reason: 'PLAINTEXT_REFUSED',
    });
  });

  it('names the method that was left without a policy', async () => {
    const services = [{ ...artifactService({}), policies: {} }];
    const address = { host: '127.0.0.1', port: 0 };
    await expect(startServer({ services, address, settings, descriptorSetFile })).rejects.toThrow(
      '/framesong.artifact.v1.ArtifactService/ReadArtifact has no policy',
    );
  });
});
