import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { CALLER_DEADLINE_METADATA } from './caller-deadline.ts';
import { createClient } from './client.ts';
import { methodPolicy } from './method-policy.ts';
import { artifactService } from './testing/handlers.ts';
import { refOf } from './testing/messages.ts';
import { framed, rawCall } from './testing/raw-call.ts';
import { recordSpans } from './testing/span-recorder.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

const PATH = '/framesong.artifact.v1.ArtifactService/StatArtifact';

describe('deadlines', () => {
  let test: TestServer;
  let runs = 0;
  const client = () => createClient(test.channel, ArtifactServiceService);
  const remainingMs = async (timeoutMs?: number) => {
    const { artifact } = await client().statArtifact({ digest: '' }, timeoutMs === undefined ? {} : { timeoutMs });
    return Number(artifact?.digest);
  };

  beforeAll(async () => {
    test = await startTestServer(
      [
        artifactService({
          statArtifact: async ({ digest }, call) => {
            runs++;
            await delay(Number(digest));
            return { artifact: refOf(String(call.remainingMs())) };
          },
        }),
      ],
      { policy: methodPolicy({ defaultDeadlineMs: 7_000, maxDeadlineMs: 9_000, refuseBelowMedian: true }) },
    );
  });
  afterAll(() => test.close());

  it('are the default of the method when the caller gives none', async () => {
    expect(await remainingMs()).toBeLessThanOrEqual(7_000);
    expect(await remainingMs()).toBeGreaterThan(6_000);
  });

  it('are cut to the cap of the method', async () => {
    expect(await remainingMs(1e6)).toBeLessThanOrEqual(9_000);
    expect(await remainingMs(1e6)).toBeGreaterThan(8_000);
  });

  it('keep something back for the way home', async () => {
    expect(await remainingMs(5_000)).toBeLessThanOrEqual(4_980);
  });

  it('of more than 24.8 days do not count as past', async () => {
    expect(await remainingMs(Number.MAX_SAFE_INTEGER)).toBeGreaterThan(8_000);
    expect(await remainingMs(Infinity)).toBeGreaterThan(6_000);
  });

  it.each(['1n', '0m', '1m'])(
    'that have passed on arrival (%s) are refused without running the handler',
    async (timeout) => {
      using spans = recordSpans();
      const before = runs;
      const reply = await rawCall(test.address, PATH, {
        headers: { 'grpc-timeout': timeout },
        body: framed(Buffer.of()),
      });
      expect(reply).toMatchObject({
        'grpc-status': '4',
        'grpc-message': expect.stringContaining('nothing%20was%20done') as unknown,
      });
      expect(runs).toBe(before);
      expect(spans.ended.map(({ status }) => status)).toEqual(['DEADLINE_EXCEEDED']);
    },
  );

  it('that leave less than half of the usual time are refused at once', async () => {
    await Promise.all(Array.from({ length: 64 }, () => client().statArtifact({ digest: '200' })));
    const before = runs;
    const reply = await rawCall(test.address, PATH, { headers: { 'grpc-timeout': '60m' }, body: framed(Buffer.of()) });
    expect(reply).toMatchObject({
      'grpc-status': '4',
      'grpc-message': expect.stringContaining('such%20calls%20take') as unknown,
    });
    expect(runs).toBe(before);
  });

  it('end a call whose request never comes, although no handler runs', async () => {
    const server = await startTestServer([artifactService({})], { policy: methodPolicy({ defaultDeadlineMs: 50 }) });
    const reply = await rawCall(server.address, PATH, { halfClose: false });
    expect(reply['grpc-status']).toBe('4');
    expect(server.server.liveCalls).toBe(0);
    await server.close();
  });

  it.each([
    ['its caller, whose time was up although the call had been long on its way', 'DEADLINE_EXCEEDED', 0],
    ['a caller with time left', 'CANCELLED', 1_900],
    ['a caller whose clock cannot be right', 'CANCELLED', -60_000],
  ])('tell an overrun from a cancel when a call is ended by %s', async (_, status, callerLeftMs) => {
    const arrived = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<undefined>();
    const service = artifactService({
      statArtifact: async (_request, call) => {
        arrived.resolve(undefined);
        await once(call.signal, 'abort');
        throw call.signal.reason;
      },
    });
    const server = await startTestServer([service], { policy: methodPolicy({}) });
    using spans = recordSpans(() => ended.resolve(undefined));
    const session = connect(`http://${server.address}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': PATH,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '2S',
      [CALLER_DEADLINE_METADATA]: String(Date.now() + callerLeftMs),
    });
    stream.end(framed(Buffer.of()));
    await arrived.promise;
    stream.close(constants.NGHTTP2_CANCEL);
    await ended.promise;
    expect(spans.ended.map((span) => span.status)).toEqual([status]);
    session.destroy();
    await server.close();
  });
});
