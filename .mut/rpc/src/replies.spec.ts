import { setTimeout as delay } from 'node:timers/promises';
import { logs } from '@opentelemetry/api';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { FramesongError, INTERNAL_TEXT } from '@framesong/errors';
import { createClient } from './client.ts';
import { methodPolicy } from './method-policy.ts';
import { artifactService } from './testing/handlers.ts';
import { downloadChunk, refOf } from './testing/messages.ts';
import { recordSpans } from './testing/span-recorder.ts';
import { event, rejection, startTestServer, type TestServer } from './testing/test-server.ts';

type StatArtifact = Parameters<typeof artifactService>[0]['statArtifact'];

describe('a handler is answered for exactly once', () => {
  let test: TestServer | undefined;
  afterEach(() => test?.close());

  async function serve(statArtifact: NonNullable<StatArtifact>, defaultDeadlineMs = 5_000) {
    test = await startTestServer([artifactService({ statArtifact })], { policy: methodPolicy({ defaultDeadlineMs }) });
    return createClient(test.channel, ArtifactServiceService);
  }

  it('with INTERNAL and a fixed text when it throws what nobody knows; the cause is only in the log', async () => {
    const written: unknown[] = [];
    logs.setGlobalLoggerProvider({
      getLogger: () => ({ emit: (line) => void written.push(line.attributes), enabled: () => true }),
    });
    const client = await serve(() => Promise.reject(new TypeError('password=hunter2')));
    const error = await rejection(client.statArtifact({ digest: '' }));
    logs.disable();
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', message: INTERNAL_TEXT });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(JSON.stringify(written)).toContain('password=hunter2');
  });

  it('without a fault in the log when the call was cancelled and Node says so', async () => {
    const written: unknown[] = [];
    logs.setGlobalLoggerProvider({
      getLogger: () => ({ emit: (line) => void written.push(line.body), enabled: () => true }),
    });
    const started = event();
    const stopped = event();
    const client = await serve(async (_, call) => {
      started.happen();
      await delay(60_000, undefined, { signal: call.signal }).finally(() => stopped.happen());
      return {};
    });
    const abort = new AbortController();
    const cancelled = rejection(client.statArtifact({ digest: '' }, { signal: abort.signal }));
    await started.happened;
    abort.abort();
    await cancelled;
    await stopped.happened;
    await test?.close();
    logs.disable();
    expect(written).toEqual(['server drained']);
  });

  it('with INTERNAL when what it returns cannot be written down', async () => {
    const client = await serve(() => Promise.resolve({ artifact: { ...refOf(''), sizeBytes: -1n } }));
    await expect(client.statArtifact({ digest: '' })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: INTERNAL_TEXT,
    });
  });

  it('with INTERNAL when its answer is larger than a message', async () => {
    const client = await serve(() => Promise.resolve({ artifact: refOf('x'.repeat(1024 * 1024)) }));
    await expect(client.statArtifact({ digest: '' })).rejects.toMatchObject({ reason: 'RESPONSE_TOO_LARGE' });
  });

  it.each([
    ['a lone surrogate', 'gone \ud800 away', 'gone \ufffd away'],
    ['10 KB', 'x'.repeat(10_240), `${'x'.repeat(1021)}…`],
  ])('with its own words when they have %s', async (_, said, heard) => {
    const client = await serve(() => Promise.reject(new FramesongError(said, { code: 'ABORTED', reason: 'ODD' })));
    await expect(client.statArtifact({ digest: '' })).rejects.toMatchObject({ code: 'ABORTED', message: heard });
  });

  it('when it ignores its signal: DEADLINE_EXCEEDED by the server, with the time that was spent', async () => {
    using spans = recordSpans();
    const client = await serve(() => new Promise(() => undefined), 60);
    await expect(client.statArtifact({ digest: '' })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringMatching(
        /^framesong\.artifact\.v1\.ArtifactService\/StatArtifact: the deadline passed after/,
      ) as unknown,
      metadata: { method: 'framesong.artifact.v1.ArtifactService/StatArtifact' },
    });
    expect(spans.ended.map(({ status }) => status)).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
  });

  it('when it rejects long after the caller has gone', async () => {
    using spans = recordSpans();
    const started = event();
    const left = event();
    const client = await serve(async ({ digest }, call) => {
      if (digest === 'again') return { artifact: refOf('fine') };
      call.signal.addEventListener('abort', () => left.happen());
      started.happen();
      await left.happened;
      throw new Error('too late');
    });
    const abort = new AbortController();
    const cancelled = rejection(client.statArtifact({ digest: '' }, { signal: abort.signal }));
    await started.happened;
    abort.abort();
    expect(await cancelled).toMatchObject({ code: 'CANCELLED' });
    await left.happened;
    expect((await client.statArtifact({ digest: 'again' })).artifact?.digest).toBe('fine');
    expect(spans.ended.map(({ status }) => status).sort()).toEqual(['CANCELLED', 'CANCELLED', 'OK', 'OK']);
    expect(Math.max(...spans.ended.map(({ ends }) => ends))).toBe(1);
  });

  it('when it fails in the middle of a stream: after the messages that were sent', async () => {
    test = await startTestServer([
      artifactService({
        async *readArtifact() {
          yield await Promise.resolve(downloadChunk('a'));
          throw new FramesongError('torn', { code: 'DATA_LOSS', reason: 'TORN', metadata: { at: '1' } });
        },
      }),
    ]);
    const client = createClient(test.channel, ArtifactServiceService);
    const read = (async () => {
      for await (const message of client.readArtifact({ digest: '', offset: 0n, limit: 0n }))
        expect(message).toBeDefined();
    })();
    await expect(read).rejects.toMatchObject({ code: 'DATA_LOSS', reason: 'TORN', metadata: { at: '1' } });
  });

  it('with the trace id in the trailers, on success and failure alike', async () => {
    using spans = recordSpans();
    const client = await serve(({ digest }) =>
      digest === '' ? Promise.reject(new Error()) : Promise.resolve({ artifact: refOf(digest) }),
    );
    const ids: unknown[] = [];
    const options = { onTrailers: (trailers: Readonly<Record<string, string>>) => void ids.push(trailers['trace-id']) };
    await client.statArtifact({ digest: 'a' }, options);
    await rejection(client.statArtifact({ digest: '' }, options));
    expect(spans.ended).toHaveLength(4);
    expect(ids).toEqual(['0af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c80319c']);
  });
});
