import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilServing } from '@framesong/client';
import { HealthCheckResponse_ServingStatus as Serving } from '@framesong/contracts/health';
import { JobState, type JobEvent } from '@framesong/contracts/job/v1/job';
import { errorOfRpcStatus } from '@framesong/rpc';
import { eventually } from './testing/eventually.ts';
import { ended, failure, frameOf, generate, jobNow, stateName, submit } from './testing/first-frames.ts';
import { byUrl, character, frameRequest, inline } from './testing/frame-requests.ts';
import { startPictureServer, type PictureServer } from './testing/picture-server.ts';
import { drawFigure, drawScene } from './testing/pictures.ts';
import { descendantsOf, isAlive } from './testing/processes.ts';
import { startService, type RunningService } from './testing/service.ts';
import { startStack, type Stack } from './testing/stack.ts';
import { watching } from './testing/watching.ts';

describe('the stack', () => {
  let stack: Stack;
  let pictures: PictureServer;
  let scene: Buffer;
  let figure: Buffer;

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    pictures = await startPictureServer(scene);
    stack = await startStack({
      FRAMESONG_REFERENCE_HTTP: 'true',
      FRAMESONG_REFERENCE_ALLOW: pictures.host,
      FRAMESONG_COMPRESSION_SPOOL_ABOVE: '0B',
      // The same references are prepared each time.
      FRAMESONG_IMAGE_REFERENCE_CACHE: '0',
    });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await pictures[Symbol.asyncDispose]();
  });
  beforeEach(() => pictures.hold());

  /** A request with two references whose job stays in its first stage until the picture server lets go. */
  const heldRequest = () =>
    frameRequest({
      scene: byUrl(pictures.url(`/held/${randomUUID()}`)),
      characters: [character('mei', inline(figure))],
    });
  const healthOf = async () => (await stack.framesong.imageGeneration.health.check({ service: '' })).status;

  it('says so while PostgreSQL is away, loses nothing, and comes back by itself', async () => {
    const finished = await submit(stack, frameRequest({ scene: inline(scene) }));
    const frame = frameOf(await ended(stack, finished.id));
    const running = await submit(stack, heldRequest());
    await pictures.untilHeld(1);

    await stack.stopPostgres();
    await eventually('NOT_SERVING', healthOf, (status) => status === Serving.NOT_SERVING); // prettier-ignore
    const errors = await Promise.all([
      failure(submit(stack, frameRequest({ scene: inline(scene) }))),
      failure(jobNow(stack, running.id)),
    ]);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'UNAVAILABLE', reason: 'JOB_DATABASE_UNAVAILABLE', retryAfterMs: 1000 });
      expect(error.message).toMatch(/nothing is lost, try again/);
    }
    // The work goes on while nobody can store what it makes.
    pictures.release();

    await stack.restartPostgres();
    await untilServing(stack.framesong.imageGeneration.health, AbortSignal.timeout(20_000));
    expect(await ended(stack, running.id)).toMatchObject({ state: JobState.SUCCEEDED, attempts: 1 });
    expect(frameOf(await jobNow(stack, finished.id)).image!.digest).toBe(frame.image!.digest);
    const next = await submit(stack, frameRequest({ scene: inline(scene) }));
    expect((await ended(stack, next.id)).state).toBe(JobState.SUCCEEDED);
  });

  it('waits for a compression service that was killed under a job, and says so meanwhile', async () => {
    const job = await submit(stack, heldRequest());
    const watch = watching(stack, job.id);
    await pictures.untilHeld(1);
    // Frozen first, so that the calls are under way when it is killed.
    process.kill(stack.compression.pid, 'SIGSTOP');
    pictures.release();
    await watch.seen(({ stage }) => stage === 'prepare references');
    await stack.compression.end('SIGKILL');
    await watch.seen(({ message }) => /^(scene|character mei): attempt [2-9]/.test(message));
    await stack.restartCompression();
    const events = await watch.all;
    expect(stateOf(events)).toBe('SUCCEEDED');
    expect(await jobNow(stack, job.id)).toMatchObject({ attempts: 1 });
  });

  it('fails a job clearly when compression does not come back within its time', async () => {
    await stack.compression.end('SIGKILL');
    const request = { ...frameRequest({ scene: inline(scene) }), runTimeout: { seconds: 2n, nanos: 0 } };
    const { state, error } = await ended(stack, (await submit(stack, request)).id);
    expect([JobState.FAILED, JobState.EXPIRED]).toContain(state);
    const told = errorOfRpcStatus(error!);
    expect(`${told.message} ${told.metadata['stage'] ?? ''}`).toMatch(/prepare scene/);
    if (state === JobState.FAILED) {
      expect(told).toMatchObject({ code: 'UNAVAILABLE' });
      expect(told.message).toMatch(/CompressionService.*cannot be reached/);
    }
    await stack.restartCompression();
  });

  it('finishes a job whose process was killed, redoes no finished step, and its watcher misses nothing', async () => {
    const characters = ['mei', 'tao'].map((id) => character(id, inline(figure)));
    // Large, so that it is still being made when it is killed.
    const request = frameRequest({ scene: inline(scene), characters, size: { width: 2400, height: 1600 } });
    const job = await submit(stack, request);
    const watch = watching(stack, job.id);
    await watch.seen(({ stage }) => stage.startsWith('generate_content'));
    const workers = descendantsOf(stack.imageGeneration.pid).map(({ pid }) => pid);
    expect(workers.length).toBeGreaterThan(0);
    const callsBefore = compressCalls(stack.compression);
    await stack.imageGeneration.end('SIGKILL');
    expect(stateOf(watch.events)).toBe('RUNNING');
    await eventually('the end of its workers', () => workers.filter(isAlive), (alive) => alive.length === 0); // prettier-ignore

    await stack.restartImageGeneration();
    const events = await watch.all;
    expect(stateOf(events)).toBe('SUCCEEDED');
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
    expect(compressCalls(stack.compression)).toBe(callsBefore);
    const done = await jobNow(stack, job.id);
    expect(done).toMatchObject({ attempts: 2, lastSequence: BigInt(events.length) });
    expect(frameOf(done).size).toEqual({ width: 2400, height: 1600 });
  });

  it('gives the frame to a caller who waited for a process that was killed, and asks again', async () => {
    const request = { ...heldRequest(), requestId: randomUUID() };
    const first = failure(generate(stack, request));
    await pictures.untilHeld(1);
    await stack.imageGeneration.end('SIGKILL');
    expect(await first).toMatchObject({ code: 'UNAVAILABLE' });
    await stack.restartImageGeneration();
    pictures.release();
    const frame = await generate(stack, request);
    expect(frame.size).toEqual({ width: 160, height: 96 });
    // The same job: it was taken up a second time.
    const again = await submit(stack, request);
    expect(again).toMatchObject({ state: JobState.SUCCEEDED, attempts: 2 });
    expect(frameOf(again).image!.digest).toBe(frame.image!.digest);
  });

  it('refuses a second process of the same executor', async () => {
    const start = startService({
      app: 'image-generation',
      dataFolder: stack.dataFolder,
      environment: { FRAMESONG_DATABASE_URL: stack.databaseUrl },
    });
    await expect(start).rejects.toThrow(/did not start: 1 .*another living process works as executor/s);
    expect(await healthOf()).toBe(Serving.SERVING);
  });

  it.each(['compression', 'image-generation'] as const)('does not start %s on a port that is taken', async (app) => {
    const variable = { compression: 'FRAMESONG_COMPRESSION_ADDRESS', 'image-generation': 'FRAMESONG_IMAGE_ADDRESS' };
    const taken = stack.compression.address;
    const environment = {
      FRAMESONG_DATABASE_URL: stack.databaseUrl,
      FRAMESONG_IMAGE_EXECUTOR_ID: 'another',
      [variable[app]]: taken,
    };
    const start = startService({ app, dataFolder: stack.dataFolder, environment });
    await expect(start).rejects.toThrow(new RegExp(`did not start: 1 .*cannot start: .*${taken}.*(in use|taken)`, 's'));
  });

  it('starts again on the data of processes that were all killed, PostgreSQL too, and goes on with their jobs', async () => {
    const job = await submit(stack, heldRequest());
    await pictures.untilHeld(1);
    // A source that is on its way to compression lies in its spool.
    const upload = stack.framesong.compression.rpc.compressImageStream(neverEnding(scene));
    const cut = failure(Array.fromAsync(upload));
    const spooled = () => filesBelow(join(stack.dataFolder, 'spool'));
    await eventually('a spooled source', spooled, (files) => files.length === 1);

    const postgres = Number(
      readFileSync(join(stack.dataFolder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0],
    );
    process.kill(postgres, 'SIGKILL');
    await Promise.all([stack.imageGeneration.end('SIGKILL'), stack.compression.end('SIGKILL')]);
    expect(await cut).toMatchObject({ code: 'UNAVAILABLE' });

    await stack.restartPostgres();
    await Promise.all([stack.restartCompression(), stack.restartImageGeneration()]);
    expect(spooled()).toEqual([]);
    pictures.release();
    expect(await ended(stack, job.id)).toMatchObject({ state: JobState.SUCCEEDED, attempts: 2 });
  });
});

function stateOf(events: readonly JobEvent[]): string {
  return stateName(events.at(-1)!.state);
}

/** How many images a compression service has compressed. */
function compressCalls({ log }: RunningService): number {
  return log.filter((line) => line['framesong.stage'] === 'compress image').length;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

/** An upload that sends what it has and then nothing more. */
async function* neverEnding(bytes: Buffer) {
  const options = {
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
  yield { part: { $case: 'options' as const, value: options } };
  yield { part: { $case: 'chunk' as const, value: bytes } };
  await new Promise(() => undefined);
}
