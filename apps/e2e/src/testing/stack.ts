import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong, type Framesong } from '@framesong/client';
import { ensurePostgres } from '@framesong/jobs';
import { startService, type RunningService } from './service.ts';

/** All services as real processes over an embedded PostgreSQL, in a folder of their own, with clients. */
export interface Stack extends AsyncDisposable {
  readonly dataFolder: string;
  readonly databaseUrl: string;
  readonly compression: RunningService;
  imageGeneration: RunningService;
  readonly framesong: Framesong;
  /** Starts image-generation again, on the same port, after it has ended. */
  restartImageGeneration(): Promise<void>;
}

/** Starts everything; disposing stops it in order and removes the folder. */
export async function startStack(environment: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'framesong-e2e-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const postgres = await ensurePostgres({ dataFolder });
  parts.defer(() => postgres.stop());
  const compression = parts.use(await startService({ app: 'compression', dataFolder, environment }));
  const imageEnvironment = {
    FRAMESONG_DATABASE_URL: postgres.url,
    FRAMESONG_COMPRESSION_ADDRESS: compression.address,
    ...environment,
  };
  const startImage = (more: Readonly<Record<string, string>> = {}) =>
    startService({ app: 'image-generation', dataFolder, environment: { ...imageEnvironment, ...more } });
  const stack: Stack = {
    dataFolder,
    databaseUrl: postgres.url,
    compression,
    imageGeneration: await startImage(),
    framesong: undefined as unknown as Framesong,
    async restartImageGeneration() {
      stack.imageGeneration = await startImage({ FRAMESONG_IMAGE_ADDRESS: stack.imageGeneration.address });
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
  parts.defer(() => stack.imageGeneration.end('SIGTERM'));
  const framesong = parts.use(
    openFramesong({ compression: compression.address, imageGeneration: stack.imageGeneration.address }),
  );
  return Object.assign(stack, { framesong });
}
