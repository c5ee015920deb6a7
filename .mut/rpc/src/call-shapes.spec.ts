import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { stage } from '@framesong/telemetry';
import { createClient } from './client.ts';
import { artifactService, compressionService } from './testing/handlers.ts';
import { chunkText, downloadChunk, from, refOf, uploadChunk } from './testing/messages.ts';
import { rejection, startTestServer, type TestServer } from './testing/test-server.ts';

describe('the four call shapes', () => {
  let test: TestServer;
  const artifacts = () => createClient(test.channel, ArtifactServiceService);

  beforeAll(async () => {
    test = await startTestServer([
      artifactService({
        statArtifact: ({ digest }, call) =>
          stage('look up', {}, () => Promise.resolve({ artifact: refOf(`${call.tenant}: ${digest}`) })),
        async *readArtifact({ digest }) {
          for (const letter of digest) yield await Promise.resolve(downloadChunk(letter));
        },
        async writeArtifact(requests) {
          let text = '';
          for await (const request of requests) text += chunkText(request);
          return { artifact: refOf(text) };
        },
      }),
      compressionService({
        async *compressImageStream(requests) {
          for await (const request of requests) {
            yield { part: { $case: 'chunk', value: Buffer.from(chunkText(request).toUpperCase()) } };
          }
        },
      }),
    ]);
  });
  afterAll(() => test.close());

  it('answers a unary call, and the trailers tell the timings of the stages', async () => {
    let trailers: Readonly<Record<string, string>> = {};
    const { artifact } = await artifacts().statArtifact(
      { digest: 'one' },
      { onTrailers: (received) => (trailers = received) },
    );
    expect(artifact?.digest).toBe('default: one');
    expect(trailers['server-timing']).toMatch(/^look_up;dur=\d+\.\d$/);
  });

  it('takes the tenant from the metadata and refuses a malformed one', async () => {
    const { artifact } = await artifacts().statArtifact({ digest: '' }, { metadata: { 'framesong-tenant': 'acme' } });
    expect(artifact?.digest).toBe('acme: ');
    const refused = artifacts().statArtifact({ digest: '' }, { metadata: { 'framesong-tenant': '../acme' } });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('streams responses in order', async () => {
    const texts: string[] = [];
    for await (const { chunk } of artifacts().readArtifact({ digest: 'abc', offset: 0n, limit: 0n })) {
      texts.push(chunk.toString());
    }
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('streams requests in order', async () => {
    const { artifact } = await artifacts().writeArtifact(from(uploadChunk('a'), uploadChunk('b'), uploadChunk('c')));
    expect(artifact?.digest).toBe('abc');
  });

  it('streams both ways', async () => {
    const client = createClient(test.channel, CompressionServiceService);
    const texts: string[] = [];
    for await (const { part } of client.compressImageStream(from(uploadChunk('a'), uploadChunk('b')))) {
      if (part?.$case === 'chunk') texts.push(part.value.toString());
    }
    expect(texts).toEqual(['A', 'B']);
  });

  it('ends an upload whose source fails, and tells what the source said', async () => {
    async function* broken() {
      yield await Promise.resolve(uploadChunk('a'));
      throw new RangeError('the file is gone');
    }
    expect(await rejection(artifacts().writeArtifact(broken()))).toMatchObject({
      code: 'INTERNAL',
      cause: { message: 'the file is gone' },
    });
  });

  it('rejects a call on a closed channel with the one error class', async () => {
    const channel = test.open();
    channel.close();
    const client = createClient(channel, ArtifactServiceService);
    await expect(client.statArtifact({ digest: '' })).rejects.toMatchObject({ name: 'FramesongError' });
  });
});
