import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openFramesong, type Framesong } from '@framesong/client';
import { openJobs, type Jobs } from '@framesong/jobs';
import { startPictureServer } from '../testing/picture-server.ts';
import { drawFigure, drawScene } from '../testing/pictures.ts';
import { startService } from '../testing/service.ts';
import type { ServiceModel } from './history.ts';
import { paidMember, serviceMember, type Member } from './member.ts';
import { paidJobs, PAID_QUEUE } from './paid-job.ts';
import { startPaidProvider, type PaidProvider } from './paid-provider.ts';
import type { Random } from './random.ts';
import { startWire } from '@framesong/jobs/testing';

/** What the workers are told of failing over. */
export interface Timing {
  readonly beatIntervalMs: number;
  readonly deadAfterMs: number;
}

/** Two services, the paid work, and two workers of each, as processes. */
export interface System {
  readonly framesong: Framesong;
  /** Accepts the paid jobs. */
  readonly paid: Jobs;
  readonly provider: PaidProvider;
  readonly members: readonly Member[];
  /** How processes ended that nobody disturbs: the suite itself never ends one. */
  readonly ended: readonly string[];
  readonly journal: string;
  readonly pictureUrl: string;
  readonly figure: Buffer;
}

/** The limits that must hold. `service` is also what ids of its jobs begin with. */
export const SERVICES: readonly (ServiceModel & { readonly name: string })[] = [
  { name: 'image', service: 'frame', queue: 'images', concurrency: 3, perWorkerConcurrency: 2 },
  { name: 'music', service: 'song', queue: 'songs', concurrency: 2, perWorkerConcurrency: 1 },
  { name: 'paid', service: 'paid', queue: PAID_QUEUE, concurrency: 3, perWorkerConcurrency: 2 },
];

/** Starts everything in `folder`; what is started is stopped with `parts`. */
export async function startSystem(
  parts: AsyncDisposableStack,
  options: { readonly databaseUrl: string; readonly folder: string; readonly random: Random; readonly timing: Timing },
): Promise<System> {
  const { databaseUrl, folder, random, timing } = options;
  const temporaryFolder = join(folder, 'tmp');
  await mkdir(temporaryFolder, { recursive: true });
  const [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
  const pictures = parts.use(await startPictureServer(scene));
  pictures.release();
  const provider = parts.use(await startPaidProvider(random));
  const journal = join(folder, 'journal');
  const environment = {
    TMPDIR: temporaryFolder,
    FRAMESONG_DATABASE_URL: databaseUrl,
    FRAMESONG_WORKER_PROCESSES: '1',
    FRAMESONG_WORKER_BEAT_INTERVAL: `${timing.beatIntervalMs}ms`,
    FRAMESONG_WORKER_DEAD_AFTER: `${timing.deadAfterMs}ms`,
    FRAMESONG_JOB_MAX_CRASHES: '100',
    FRAMESONG_REFERENCE_HTTP: 'true',
    FRAMESONG_REFERENCE_ALLOW: pictures.host,
    // Each job prepares its references, so that it can be hit while it does.
    FRAMESONG_IMAGE_REFERENCE_CACHE: '0',
    FRAMESONG_IMAGE_WORKERS: '3',
    FRAMESONG_IMAGE_WORKERS_PER_PROCESS: '2',
    FRAMESONG_IMAGE_RUN_TIMEOUT: '30m',
    FRAMESONG_MUSIC_WORKERS: '2',
    FRAMESONG_MUSIC_WORKERS_PER_PROCESS: '1',
    FRAMESONG_MUSIC_RUN_TIMEOUT: '30m',
  };
  const ended: string[] = [];
  const start = async (app: 'compression' | 'image-generation' | 'music', more: Record<string, string> = {}) => {
    const service = await startService({ app, dataFolder: folder, environment: { ...environment, ...more } });
    void service.exited.then((how) =>
      ended.push(`${app} ended by itself: ${how} ${JSON.stringify(service.log.slice(-5))}`),
    );
    return parts.use(service);
  };
  const compression = await start('compression');
  const compressionAt = { FRAMESONG_COMPRESSION_ADDRESS: compression.address };
  const [imageGeneration, music] = await Promise.all([
    start('image-generation', {
      ...compressionAt,
      FRAMESONG_IMAGE_ROLE: 'api',
      FRAMESONG_IMAGE_EXECUTOR_ID: 'image-api',
    }),
    start('music', { FRAMESONG_MUSIC_ROLE: 'api', FRAMESONG_MUSIC_EXECUTOR_ID: 'music-api' }),
  ]);
  const paid = parts.use(
    await openJobs({
      service: 'paid',
      databaseUrl,
      executorId: 'paid-api',
      role: 'api',
      definitions: paidJobs({ providerUrl: provider.url, note: () => undefined }),
      queues: { [PAID_QUEUE]: { concurrency: 3, perWorkerConcurrency: 2 } },
    }),
  );
  const wire = async () => parts.use(await startWire(databaseUrl));
  const workerEnvironment = { ...environment, ...compressionAt };
  const real = async (app: 'image-generation' | 'music', service: string, executorId: string): Promise<Member> =>
    serviceMember({ app, service, executorId, dataFolder: folder, environment: workerEnvironment }, await wire());
  const paying = async (executorId: string): Promise<Member> =>
    paidMember(
      { executorId, providerUrl: provider.url, journal, concurrency: 3, perWorkerConcurrency: 2, ...timing },
      await wire(),
    );
  const members = await Promise.all([
    real('image-generation', 'frame', 'image-worker-0'),
    real('image-generation', 'frame', 'image-worker-1'),
    real('music', 'song', 'music-worker-0'),
    real('music', 'song', 'music-worker-1'),
    paying('paid-worker-0'),
    paying('paid-worker-1'),
  ]);
  parts.defer(() => endAll(members));
  await Promise.all(members.map((member) => member.start()));
  const framesong = parts.use(
    openFramesong({ compression: compression.address, imageGeneration: imageGeneration.address, music: music.address }),
  );
  return { framesong, paid, provider, members, ended, journal, pictureUrl: pictures.url('/picture'), figure };
}

async function endAll(members: readonly Member[]): Promise<void> {
  for (const member of members) member.signal('SIGKILL');
  await Promise.all(members.map(({ ended }) => ended));
}
