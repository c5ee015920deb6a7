import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { openFramesong, uploadArtifact, type ArtifactClient } from '@framesong/client';
import {
  ArtifactServiceService,
  type ReadArtifactRequest,
  type WriteArtifactRequest,
} from '@framesong/contracts/artifact/v1/artifact_service';
import type { CompressImageStreamRequest } from '@framesong/contracts/compression/v1/compression_service';
import { createClient, openChannel } from '@framesong/rpc';
import { startCuttingProxy } from './testing/cutting-proxy.ts';
import { downloaded } from './testing/downloaded.ts';
import { ended, failure, frameOf, submit } from './testing/first-frames.ts';
import { frameRequest, inline, uploaded } from './testing/frame-requests.ts';
import { filesInProgress, nothingLeft } from './testing/leftovers.ts';
import { drawNoise, drawScene } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';

const CHUNK_BYTES = 256 * 1024;
const OTHER_TENANT = { metadata: { 'framesong-tenant': 'somebody-else' } };

describe('an upload', () => {
  let stack: Stack;
  let scene: Buffer;
  let large: Buffer;
  let artifacts: ArtifactClient;

  beforeAll(async () => {
    [scene, large] = await Promise.all([drawScene(), drawNoise(900)]);
    stack = await startStack();
    artifacts = stack.framesong.imageGeneration.artifacts;
  });
  afterAll(() => stack[Symbol.asyncDispose]());
  afterEach(() => nothingLeft(stack));

  const isStored = (bytes: Buffer) =>
    artifacts.statArtifact({ digest: `sha256:${sha256Of(bytes)}` }).then(
      () => true,
      () => false,
    );

  it('whose digest does not match is refused, and nothing of it is kept', async () => {
    const bytes = Buffer.concat([scene, Buffer.from(randomUUID())]);
    const error = await failure(
      artifacts.writeArtifact(
        messages<Part>([
          { $case: 'header', value: header() },
          { $case: 'chunk', value: bytes },
          { $case: 'commit', value: { ...commitOf(bytes), sha256: sha256Of(scene) } },
        ]),
      ),
    );
    expect(error).toMatchObject({ code: 'DATA_LOSS' });
    expect(error.message).toMatch(/again/);
    expect(await isStored(bytes)).toBe(false);
  });

  it.each([
    ['digest', (bytes: Buffer) => ({ ...commitOf(bytes), sha256: '0'.repeat(64) })],
    ['size', (bytes: Buffer) => ({ ...commitOf(bytes), sizeBytes: BigInt(bytes.length + 1) })],
  ])('for compression whose %s does not match is refused', async (_, wrongCommit) => {
    const answers = stack.framesong.compression.rpc.compressImageStream(
      messages<CompressPart>([
        { $case: 'options', value: compressionDefaults() },
        { $case: 'chunk', value: scene },
        { $case: 'commit', value: wrongCommit(scene) },
      ]),
    );
    const error = await failure(Array.fromAsync(answers));
    expect(error).toMatchObject({ code: 'DATA_LOSS', reason: 'UPLOAD_MISMATCH' });
    expect(error.message).toMatch(/arrived, the commit says otherwise; send the image again/);
  });

  it('without commit does not count, and nothing of it is kept', async () => {
    const bytes = Buffer.concat([scene, Buffer.from(randomUUID())]);
    const parts: Part[] = [
      { $case: 'header', value: header() },
      { $case: 'chunk', value: bytes },
    ];
    const error = await failure(artifacts.writeArtifact(messages(parts)));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'UPLOAD_NOT_COMMITTED' });
    expect(await isStored(bytes)).toBe(false);
  });

  it('that breaks off without being resumable leaves nothing', async () => {
    const giveUp = new AbortController();
    const written = failure(
      artifacts.writeArtifact(
        (async function* () {
          yield* messages<Part>([
            { $case: 'header', value: header() },
            { $case: 'chunk', value: large.subarray(0, CHUNK_BYTES) },
          ]);
          giveUp.abort();
          await new Promise(() => undefined);
        })(),
        { signal: giveUp.signal },
      ),
    );
    expect(await written).toMatchObject({ code: 'CANCELLED' });
    await nothingLeft(stack);
    expect(await isStored(large)).toBe(false);
  });

  it('with a chunk over 256 KiB is refused with the limit', async () => {
    const tooLong = large.subarray(0, CHUNK_BYTES + 1);
    const chunk = { $case: 'chunk', value: tooLong } as const;
    const commit = { $case: 'commit', value: commitOf(tooLong) } as const;
    const errors = await Promise.all([
      failure(artifacts.writeArtifact(messages<Part>([{ $case: 'header', value: header() }, chunk, commit]))),
      failure(
        Array.fromAsync(
          stack.framesong.compression.rpc.compressImageStream(
            messages<CompressPart>([{ $case: 'options', value: compressionDefaults() }, chunk, commit]),
          ),
        ),
      ),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'chunk' }] });
      expect(error.message).toMatch(/has 262145 bytes, at most 262144 are taken; send more chunks/);
    }
  });

  it('whose connection is cut goes on where it stopped, by upload_id and offset', async () => {
    // Cut after about a third, so that there is a part to go on from, and a part to send.
    await using wire = await startCuttingProxy(stack.imageGeneration.address, Math.floor(large.length / 3));
    using through = openFramesong({ compression: stack.compression.address, imageGeneration: wire.address });
    const artifact = await uploadArtifact(through.imageGeneration.artifacts, large, { mediaType: 'image/png' });
    expect(wire.connections).toBeGreaterThan(1);
    // Begun anew it would have sent the first third twice.
    expect(wire.sentBytes).toBeLessThan(large.length * 1.25);
    expect(artifact).toMatchObject({ sizeBytes: BigInt(large.length), mediaType: 'image/png' });
    expect((await downloaded(stack, artifact.digest)).equals(large)).toBe(true);
  });

  it('that is resumable is told where to go on, and can be ended by another connection', async () => {
    const uploadId = randomUUID();
    const bytes = Buffer.concat([large.subarray(0, 2 * CHUNK_BYTES), Buffer.from(uploadId)]);
    const begun: Part[] = [
      { $case: 'header', value: header(uploadId) },
      { $case: 'chunk', value: bytes.subarray(0, CHUNK_BYTES) },
    ];
    await failure(artifacts.writeArtifact(messages(begun)));
    expect(filesInProgress(stack)).toHaveLength(1);
    const restOf = (offset: number): Part[] => [
      { $case: 'header', value: { ...header(uploadId), offset: BigInt(offset) } },
      ...chunksOf(bytes.subarray(offset)),
      { $case: 'commit', value: commitOf(bytes) },
    ];
    const error = await failure(artifacts.writeArtifact(messages(restOf(0))));
    expect(error).toMatchObject({ code: 'OUT_OF_RANGE', metadata: { offset: String(CHUNK_BYTES) } });
    const channel = openChannel(stack.imageGeneration.address, { dedicated: true });
    const other = createClient(channel, ArtifactServiceService);
    const { artifact } = await other.writeArtifact(messages(restOf(CHUNK_BYTES)));
    channel.close();
    expect(artifact?.digest).toBe(`sha256:${sha256Of(bytes)}`);
  });

  it('can be read whole, in part, and not beyond its end', async () => {
    const { digest } = await uploadArtifact(artifacts, large);
    const read = async (range: Omit<ReadArtifactRequest, 'digest'>) => {
      const answers = await Array.fromAsync(artifacts.readArtifact({ digest, ...range }));
      expect(answers[0]).toMatchObject({ artifact: { digest, sizeBytes: BigInt(large.length) } });
      expect(Math.max(...answers.map(({ chunk }) => chunk.length))).toBeLessThanOrEqual(64 * 1024);
      return Buffer.concat(answers.map(({ chunk }) => chunk));
    };
    const end = BigInt(large.length);
    expect((await read({ offset: 0n, limit: 0n })).equals(large)).toBe(true);
    expect((await read({ offset: 70_001n, limit: 100_003n })).equals(large.subarray(70_001, 170_004))).toBe(true);
    expect((await read({ offset: end - 5n, limit: 100n })).equals(large.subarray(-5))).toBe(true);
    expect((await read({ offset: end, limit: 0n })).length).toBe(0);
    const beyond = await failure(Array.fromAsync(artifacts.readArtifact({ digest, offset: end + 1n, limit: 0n })));
    expect(beyond).toMatchObject({ code: 'OUT_OF_RANGE' });
    expect(beyond.message).toMatch(new RegExp(`has ${String(large.length)} bytes`));
  });

  it('and a job of one tenant do not exist for another', async () => {
    const { digest } = await uploadArtifact(artifacts, scene);
    const request = frameRequest({ scene: uploaded(digest), requestId: randomUUID() });
    const job = await submit(stack, request);
    const frame = frameOf(await ended(stack, job.id));

    const { jobs } = stack.framesong.imageGeneration;
    for (const foreign of [digest, frame.image!.digest]) {
      const calls = [
        artifacts.statArtifact({ digest: foreign }, OTHER_TENANT),
        Array.fromAsync(artifacts.readArtifact({ digest: foreign, offset: 0n, limit: 0n }, OTHER_TENANT)),
        submit(stack, frameRequest({ scene: uploaded(foreign) }), OTHER_TENANT),
      ];
      for (const error of await Promise.all(calls.map(failure))) expect(error).toMatchObject({ code: 'NOT_FOUND' });
    }
    const jobId = job.id;
    const calls = [
      jobs.getJob({ jobId }, OTHER_TENANT),
      jobs.waitJob({ jobId }, OTHER_TENANT),
      jobs.cancelJob({ jobId, reason: '' }, OTHER_TENANT),
      Array.fromAsync(jobs.watchJob({ jobId, afterSequence: 0n }, OTHER_TENANT)),
    ];
    for (const error of await Promise.all(calls.map(failure))) expect(error).toMatchObject({ code: 'NOT_FOUND' });
    const list = { pageSize: 0, pageToken: '', states: [], labels: new Map<string, string>() };
    expect((await jobs.listJobs(list, OTHER_TENANT)).jobs).toEqual([]);
    // The same request id is another tenant's own, and so is a picture with the same content.
    const theirs = await submit(stack, { ...request, scene: inline(scene) }, OTHER_TENANT);
    expect(theirs.id).not.toBe(jobId);
    const { job: finished } = await jobs.waitJob({ jobId: theirs.id }, { ...OTHER_TENANT, timeoutMs: 30_000 });
    expect(frameOf(finished!).image!.digest).toBe(frame.image!.digest);
    expect(await failure(jobs.getJob({ jobId: theirs.id }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

type Part = NonNullable<WriteArtifactRequest['part']>;
type CompressPart = NonNullable<CompressImageStreamRequest['part']>;

/** A stream of requests, each of one part. */
function messages<P>(parts: readonly P[]): AsyncGenerator<{ part: P }> {
  return Readable.from(parts.map((part) => ({ part })))[Symbol.asyncIterator]() as AsyncGenerator<{ part: P }>;
}

function header(uploadId = '') {
  return { mediaType: 'image/png', uploadId, offset: 0n };
}

function chunksOf(bytes: Buffer): Part[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    $case: 'chunk',
    value: bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  }));
}

function commitOf(bytes: Buffer) {
  return { sizeBytes: BigInt(bytes.length), sha256: sha256Of(bytes) };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function compressionDefaults() {
  return {
    maxSizeBytes: 0n,
    maxSidePixels: 0,
    acceptedFormats: [],
    background: '',
    minQuality: 0,
    minScale: 0,
    alwaysEncode: false,
    tolerateTruncation: false,
    budgetEncoding: 0 as const,
    estimateQuality: false,
  };
}
