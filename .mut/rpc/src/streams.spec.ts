import { connect } from 'node:http2';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ArtifactServiceService, WriteArtifactRequest } from '@framesong/contracts/artifact/v1/artifact_service';
import { createClient } from './client.ts';
import { methodPolicy } from './method-policy.ts';
import { readRequests } from './request-stream.ts';
import { artifactService } from './testing/handlers.ts';
import { chunkText, downloadChunk, refOf, uploadChunk } from './testing/messages.ts';
import { framed } from './testing/raw-call.ts';
import { event, rejection, startTestServer, type TestServer } from './testing/test-server.ts';

const TRANSFER = methodPolicy({ class: 'transfer', maxRequestBytes: 300 * 1024 });
const WHOLE = { digest: '', offset: 0n, limit: 0n };

describe('streams', () => {
  let test: TestServer | undefined;
  afterEach(() => test?.close());

  async function serve(handlers: Parameters<typeof artifactService>[0]) {
    test = await startTestServer([artifactService(handlers)], { policy: TRANSFER });
    return createClient(test.channel, ArtifactServiceService);
  }

  it.each(['by its caller', 'by a lost connection'])('an upload cut off %s does not look complete', async (how) => {
    const first = event();
    const outcome = event<unknown>();
    await serve({
      writeArtifact: async (requests) => {
        try {
          for await (const request of requests) {
            expect(chunkText(request)).toBe('a');
            first.happen();
          }
          outcome.happen('complete');
        } catch (thrown) {
          outcome.happen(thrown);
        }
        return {};
      },
    });
    const session = connect(`http://${test!.address}`);
    session.on('error', () => undefined);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/framesong.artifact.v1.ArtifactService/WriteArtifact',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    stream.write(framed(Buffer.from(WriteArtifactRequest.encode(uploadChunk('a')).finish())));
    await first.happened;
    if (how === 'by its caller') stream.close(8);
    else session.destroy();
    expect(await outcome.happened).toMatchObject({ code: 'CANCELLED' });
    session.destroy();
  });

  it('an upload that stands still is given up', async () => {
    async function* slow() {
      yield 'a';
      await new Promise(() => undefined);
    }
    const { signal } = new AbortController();
    const first = readRequests(
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) },
      { signal },
      { firstMs: 20, laterMs: 60_000 },
    );
    expect(await rejection(first.next())).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    const later = readRequests(slow(), { signal }, { firstMs: 60_000, laterMs: 20 });
    expect((await later.next()).value).toBe('a');
    expect(await rejection(later.next())).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('a slow reader holds the handler back', async () => {
    const total = 300;
    let made = 0;
    const client = await serve({
      async *readArtifact() {
        for (; made < total; made++) yield await Promise.resolve(downloadChunk(Buffer.alloc(64 * 1024)));
      },
    });
    let read = 0;
    let mostAhead = 0;
    for await (const { chunk } of client.readArtifact(WHOLE)) {
      expect(chunk).toHaveLength(64 * 1024);
      read++;
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      mostAhead = Math.max(mostAhead, made - read);
    }
    expect(read).toBe(total);
    expect(mostAhead).toBeLessThan(60);
  });

  it('a slow handler holds the sender back', async () => {
    const total = 300;
    let made = 0;
    let taken = 0;
    let mostAhead = 0;
    const client = await serve({
      writeArtifact: async (requests) => {
        for await (const request of requests) {
          expect(request).toBeDefined();
          taken++;
          for (let turn = 0; turn < 5; turn++) await nextTurn();
          mostAhead = Math.max(mostAhead, made - taken);
        }
        return { artifact: refOf(`${taken}`) };
      },
    });
    async function* source() {
      for (; made < total; made++) yield await Promise.resolve(uploadChunk(Buffer.alloc(64 * 1024)));
    }
    expect((await client.writeArtifact(source())).artifact?.digest).toBe(`${total}`);
    expect(mostAhead).toBeLessThan(60);
  });

  it('a reader that stops early stops the handler', async () => {
    const stopped = event<unknown>();
    const client = await serve({
      async *readArtifact(_, call) {
        call.signal.addEventListener('abort', () => stopped.happen(call.signal.reason));
        for (;;) yield await Promise.resolve(downloadChunk('a'));
      },
    });
    for await (const { chunk } of client.readArtifact(WHOLE)) {
      expect(chunk.toString()).toBe('a');
      break;
    }
    expect(await stopped.happened).toMatchObject({ code: 'CANCELLED' });
  });

  it('a stream that nobody reads is never asked for', async () => {
    let runs = 0;
    const client = await serve({
      async *readArtifact() {
        runs++;
        yield await Promise.resolve(downloadChunk('a'));
      },
      statArtifact: () => Promise.resolve({}),
    });
    client.readArtifact(WHOLE);
    await client.statArtifact({ digest: '' });
    expect(runs).toBe(0);
  });

  it('a handler that answers before the upload ends frees its source', async () => {
    const freed = event();
    const client = await serve({ writeArtifact: () => Promise.resolve({ artifact: refOf('enough') }) });
    async function* source() {
      try {
        for (;;) yield await nextTurn(uploadChunk('a'));
      } finally {
        freed.happen();
      }
    }
    expect((await client.writeArtifact(source())).artifact?.digest).toBe('enough');
    await freed.happened;
  });

  it('a call that is cancelled before it starts is never made', async () => {
    const client = await serve({});
    const signal = AbortSignal.abort();
    await expect(client.statArtifact({ digest: '' }, { signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    const reading = client.readArtifact(WHOLE, { signal })[Symbol.asyncIterator]().next();
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
