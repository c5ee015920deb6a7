import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong, type Framesong } from '@framesong/client';
import { ensurePostgres } from '@framesong/jobs';
import { startService, type RunningService } from './service.ts';

/** The music service as a real process over an embedded PostgreSQL, in a folder of its own, with clients. */
export interface MusicStack extends AsyncDisposable {
  readonly dataFolder: string;
  music: RunningService;
  readonly framesong: Framesong;
  /** Starts it again, on the same port and as the same executor, after it has ended. */
  restartMusic(): Promise<void>;
}

/** Starts it; disposing stops it in order and removes the folder. `environment` may move its data with FRAMESONG_DATA_DIR. */
export async function startMusicStack(environment: Readonly<Record<string, string>> = {}): Promise<MusicStack> {
  await using parts = new AsyncDisposableStack();
  const dataFolder = await mkdtemp(join(tmpdir(), 'framesong-e2e-'));
  parts.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const temporaryFolder = join(dataFolder, 'tmp');
  await mkdir(temporaryFolder);
  const postgres = await ensurePostgres({ dataFolder });
  parts.defer(() => postgres.stop());
  const start = (more: Readonly<Record<string, string>> = {}) =>
    startService({
      app: 'music',
      dataFolder,
      environment: { TMPDIR: temporaryFolder, FRAMESONG_DATABASE_URL: postgres.url, ...environment, ...more },
    });
  const music = await start();
  parts.defer(() => stack.music.end('SIGTERM'));
  // Nothing listens where the other services would be.
  const nowhere = '127.0.0.1:1';
  const framesong = parts.use(openFramesong({ compression: nowhere, imageGeneration: nowhere, music: music.address }));
  const running = parts.move();
  const stack: MusicStack = {
    dataFolder,
    music,
    framesong,
    async restartMusic() {
      stack.music = await start({ FRAMESONG_MUSIC_ADDRESS: music.address });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  return stack;
}
