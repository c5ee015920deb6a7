import { connect, constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { ArtifactServiceService, StatArtifactRequest } from '@framesong/contracts/artifact/v1/artifact_service';
import { createClient } from './client.ts';
import { artifactService } from './testing/handlers.ts';
import { from, refOf, uploadChunk } from './testing/messages.ts';
import { framed, rawCall } from './testing/raw-call.ts';
import { recordSpans } from './testing/span-recorder.ts';
import { event, startTestServer, type TestServer } from './testing/test-server.ts';

const STAT = '/framesong.artifact.v1.ArtifactService/StatArtifact';
const WRITE = '/framesong.artifact.v1.ArtifactService/WriteArtifact';

describe('requests that cannot be taken', () => {
  let test: TestServer;
  let uploadFault = event<unknown>();

  beforeAll(async () => {
    test = await startTestServer([
      artifactService({
        statArtifact: ({ digest }) => Promise.resolve({ artifact: refOf(`${digest.length}`) }),
        writeArtifact: async (requests, call) => {
          call.signal.addEventListener('abort', () => uploadFault.happen(call.signal.reason));
          for await (const request of requests) expect(request).toBeDefined();
          return { artifact: refOf('complete') };
        },
      }),
    ]);
  });
  beforeEach(() => (uploadFault = event()));
  afterAll(() => test.close());

  it.each([
    ['over the limit of the method', 70 * 1024],
    ['over the limit of the client', 1024 * 1024],
  ])('%s are INVALID_ARGUMENT', async (_, size) => {
    const client = createClient(test.channel, ArtifactServiceService);
    await expect(client.statArtifact({ digest: 'x'.repeat(size) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'MESSAGE_TOO_LARGE',
    });
  });

  it('over the limit of the method in an upload are INVALID_ARGUMENT', async () => {
    const client = createClient(test.channel, ArtifactServiceService);
    await expect(client.writeArtifact(from(uploadChunk(Buffer.alloc(70 * 1024))))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'MESSAGE_TOO_LARGE',
    });
  });

  it('over the limit of the server are INVALID_ARGUMENT, stop the handler, and are recorded as what was answered', async () => {
    using spans = recordSpans();
    const prefix = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);
    const reply = await rawCall(test.address, WRITE, { body: prefix, halfClose: false });
    expect(reply['grpc-status']).toBe('3');
    expect(await uploadFault.happened).toMatchObject({ reason: 'MESSAGE_TOO_LARGE' });
    expect(spans.ended.map(({ status }) => status)).toEqual(['INVALID_ARGUMENT']);
  });

  it('that are no protobuf are INVALID_ARGUMENT', async () => {
    const reply = await rawCall(test.address, STAT, { body: framed(Buffer.from('0affffffff', 'hex')) });
    expect(reply).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.stringContaining('protobuf') as unknown });
  });

  it('that are not what their compression says are INVALID_ARGUMENT', async () => {
    const body = framed(Buffer.from('no gzip'), 1);
    const reply = await rawCall(test.address, STAT, { headers: { 'grpc-encoding': 'gzip' }, body });
    expect(reply['grpc-status']).toBe('3');
  });

  it('that grow over the limit when they are decompressed are INVALID_ARGUMENT', async () => {
    const bomb = gzipSync(StatArtifactRequest.encode({ digest: 'x'.repeat(64 * 1024 * 1024) }).finish());
    const reply = await rawCall(test.address, STAT, {
      headers: { 'grpc-encoding': 'gzip' },
      body: framed(bomb, 1),
    });
    expect(reply['grpc-status']).toBe('3');
  });

  it('that are small and compressed are taken', async () => {
    const message = gzipSync(StatArtifactRequest.encode({ digest: 'abc' }).finish());
    const reply = await rawCall(test.address, STAT, { headers: { 'grpc-encoding': 'gzip' }, body: framed(message, 1) });
    expect(reply['grpc-status']).toBe('0');
  });

  it('with a malformed timeout are INVALID_ARGUMENT', async () => {
    const reply = await rawCall(test.address, STAT, { headers: { 'grpc-timeout': 'soon' }, body: framed(Buffer.of()) });
    expect(reply['grpc-status']).toBe('3');
  });

  it('because the caller cancelled before they came are recorded as CANCELLED', async () => {
    const ended = event();
    using spans = recordSpans(() => ended.happen());
    const session = connect(`http://${test.address}`);
    const stream = session.request({ ':method': 'POST', ':path': STAT, 'content-type': 'application/grpc' });
    stream.on('error', () => undefined);
    // An answer to a ping says that all before it has arrived.
    await new Promise((resolve) => session.ping(resolve));
    stream.close(constants.NGHTTP2_CANCEL);
    await ended.happened;
    expect(spans.ended.map(({ status }) => status)).toEqual(['CANCELLED']);
    session.destroy();
  });

  it('to a method that does not exist are UNIMPLEMENTED', async () => {
    const reply = await rawCall(test.address, '/framesong.artifact.v1.ArtifactService/Nothing');
    expect(reply['grpc-status']).toBe('12');
  });
});
