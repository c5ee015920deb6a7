import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong, type Framesong } from '@framesong/client';
import { ensurePostgres } from '@framesong/jobs';
import { startService, type RunningService } from './service.ts';

/** All services as real processes over an embedded PostgreSQL, in a folder of their own, with clients. */
export interface Stack extends AsyncDisposable {
  readonly dataFolder: string;
  readonly databaseUrl: string;
  compression: RunningService;
  imageGeneration: RunningService;
  readonly framesong: Framesong;
  /** Starts compression again, on the same port, after it has ended. */
  restartCompression(): Promise<void>;
  /** Starts image-generation again, on the same port, after it has ended. */
  restartImageGeneration(): Promise<void>;
  stopPostgres(): Promise<void>;
  /** Starts PostgreSQL again, on the same port, with the same data. */
  restartPostgres(): Promise<void>;
}

/** Starts everything; disposing stops it in order and removes the folder. */
export async function startStack(environment: Readonly<Record<string, string>> = {}): Promise<Stack> {
  await using parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'framesong-e2e-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const temporaryFolder = join(dataFolder, 'tmp');
  await mkdir(temporaryFolder);
  let postgres = await ensurePostgres({ dataFolder });
  parts.defer(() => postgres.stop());
  const start = (app: 'compression' | 'image-generation', more: Readonly<Record<string, string>> = {}) =>
    startService({ app, dataFolder, environment: { TMPDIR: temporaryFolder, ...environment, ...more } });
  const compression = await start('compression');
  parts.defer(() => stack.compression.end('SIGTERM'));
  const forImage = { FRAMESONG_DATABASE_URL: postgres.url, FRAMESONG_COMPRESSION_ADDRESS: compression.address };
  const imageGeneration = await start('image-generation', forImage);
  parts.defer(() => stack.imageGeneration.end('SIGTERM'));
  const framesong = parts.use(
    openFramesong({ compression: compression.address, imageGeneration: imageGeneration.address }),
  );
  const running = parts.move();
  const stack: Stack = {
    dataFolder,
    databaseUrl: postgres.url,
    compression,
    imageGeneration,
    framesong,
    async restartCompression() {
      stack.compression = await start('compression', { FRAMESONG_COMPRESSION_ADDRESS: compression.address });
    },
    async restartImageGeneration() {
      const address = { FRAMESONG_IMAGE_ADDRESS: imageGeneration.address };
      stack.imageGeneration = await start('image-generation', { ...forImage, ...address });
    },
    stopPostgres: () => postgres.stop(),
    async restartPostgres() {
      postgres = await ensurePostgres({ dataFolder });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return stack;
}
