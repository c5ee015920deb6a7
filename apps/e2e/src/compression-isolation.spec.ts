import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { compressImage, openFramesong, type Framesong } from '@framesong/client';
import { ImageFormat } from '@framesong/contracts/compression/v1/compression_service';
import { compressionOptions } from './testing/compression-calls.ts';
import { drawCrowd, drawHeavy, drawPortrait } from './testing/compression-pictures.ts';
import { eventually } from './testing/eventually.ts';
import { failure } from './testing/first-frames.ts';
import { pngThatClaims } from './testing/pictures.ts';
import { descendantsOf, isAlive } from './testing/processes.ts';
import { startService, type RunningService } from './testing/service.ts';

// AVIF of a large picture takes many seconds in one native call, which no request of the library can stop.
const ENDLESS = compressionOptions({ acceptedFormats: [ImageFormat.AVIF] });

/** A process that used no processor for this long does not work. */
const QUIET_MS = 150;

describe('the compression service', () => {
  let dataFolder: string;
  let service: RunningService;
  let framesong: Framesong;
  let large: Buffer;
  let portrait: Buffer;

  beforeAll(async () => {
    [large, portrait] = await Promise.all([drawHeavy(), drawPortrait(300, 400)]);
  });
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'framesong-isolation-'));
  });
  afterEach(async () => {
    framesong[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true });
  });

  const start = async (environment: Record<string, string>) => {
    service = await startService({ app: 'compression', dataFolder, environment });
    framesong = openFramesong({ compression: service.address, imageGeneration: service.address });
    // Once a first image is done, a worker is ready.
    await compressPortrait(5000n);
    return descendantsOf(service.pid).map(({ pid }) => pid);
  };
  const compressPortrait = (maxSizeBytes: bigint) =>
    compressImage(framesong.compression, portrait, compressionOptions({ maxSizeBytes }));
  const untilWorking = (pids: readonly number[], cpu: readonly number[]) =>
    eventually(
      'work',
      () => cpuOf(service.pid, pids).filter((used, index) => used > cpu[index]! + 10).length,
      (busy) => busy > 0,
    );
  /** Between two native calls the work ends by itself; inside one its process is killed. */
  const untilIdle = (pid: number) =>
    eventually(
      'the end of the work',
      async () => {
        const used = cpuOf(service.pid, [pid])[0];
        await delay(QUIET_MS);
        return !isAlive(pid) || cpuOf(service.pid, [pid])[0] === used;
      },
      (idle) => idle,
    );

  it.each(['cancel', 'deadline'])('ends the work of a call at its %s, and takes the next', async (how) => {
    const [worker] = await start({ FRAMESONG_WORKER_PROCESSES: '1' });
    const before = cpuOf(service.pid, [worker!]);
    const giveUp = new AbortController();
    const options = how === 'cancel' ? { signal: giveUp.signal } : { timeoutMs: 3000 };
    const call = failure(compressImage(framesong.compression, large, ENDLESS, options));
    await untilWorking([worker!], before);
    // However fast the machine is, this work is not done when the time is up.
    if (how === 'deadline') process.kill(worker!, 'SIGSTOP');
    else giveUp.abort();
    expect(await call).toMatchObject({ code: how === 'cancel' ? 'CANCELLED' : 'DEADLINE_EXCEEDED' });
    await untilIdle(worker!);
    expect((await compressPortrait(6000n)).facts.sizeBytes).toBeLessThanOrEqual(6000n);
  });

  it('repeats an image once whose worker was killed', async () => {
    const [worker] = await start({ FRAMESONG_WORKER_PROCESSES: '1' });
    const before = cpuOf(service.pid, [worker!]);
    const crowd = await drawCrowd(3000, 2000);
    const call = compressImage(framesong.compression, crowd, compressionOptions({ maxSizeBytes: 50_000n }));
    await untilWorking([worker!], before);
    process.kill(worker!, 'SIGKILL');
    expect((await call).facts.sizeBytes).toBeLessThanOrEqual(50_000n);
    expect(service.log.filter(({ msg }) => msg === 'a worker process crashed')).toHaveLength(1);
  });

  it('refuses more than its queue holds at once, and says when to come back', async () => {
    const [worker] = await start({ FRAMESONG_WORKER_PROCESSES: '1', FRAMESONG_WORKER_QUEUE: '1' });
    const before = cpuOf(service.pid, [worker!]);
    const giveUp = new AbortController();
    const send = (maxSizeBytes: bigint) => {
      const options = { ...ENDLESS, maxSizeBytes };
      const calling = framesong.compression.rpc.compressImage;
      return failure(calling({ source: portrait, options }, { signal: giveUp.signal }));
    };
    const working = failure(compressImage(framesong.compression, large, ENDLESS, { signal: giveUp.signal }));
    await untilWorking([worker!], before);
    const [first, second] = [send(5000n), send(5001n)];
    const refused = await Promise.race([first, second]);
    expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'POOL_BUSY' });
    expect(refused.retryAfterMs).toBeGreaterThanOrEqual(100);
    giveUp.abort();
    await Promise.all([working, first, second]);
  });

  it('does not work on more at once than its memory is reserved for, by their headers', async () => {
    const workers = await start({ FRAMESONG_WORKER_PROCESSES: '2', FRAMESONG_COMPRESSION_MEMORY: '64MB' });
    const before = cpuOf(service.pid, workers);
    const giveUp = new AbortController();
    const endless = failure(compressImage(framesong.compression, large, ENDLESS, { signal: giveUp.signal }));
    await untilWorking(workers, before);
    const waiting = failure(
      framesong.compression.rpc.compressImage(
        { source: pngThatClaims(5000, 5000), options: compressionOptions() },
        { signal: giveUp.signal, timeoutMs: 1000 },
      ),
    );
    // A worker is free and would refuse it within milliseconds.
    expect(await waiting).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    giveUp.abort();
    expect(await endless).toMatchObject({ code: 'CANCELLED' });
    const alone = framesong.compression.rpc.compressImage({
      source: pngThatClaims(5000, 5000),
      options: compressionOptions(),
    });
    expect(await failure(alone)).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'IMAGE_UNREADABLE' });
  });
});

/** CPU time of each of the workers of a service, in hundredths of a second. */
function cpuOf(servicePid: number, pids: readonly number[]): number[] {
  const all = descendantsOf(servicePid);
  return pids.map((pid) => all.find((process) => process.pid === pid)?.cpu ?? 0);
}
