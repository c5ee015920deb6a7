import { extname, join } from 'node:path';
import type { dataFolderSettings, SettingsOf } from '@framesong/config';
import { descriptorSetFile } from '@framesong/contracts';
import { openScratchFolder } from '@framesong/lifecycle';
import { startServer, type RpcSettings } from '@framesong/rpc';
import { createResultCache } from '@framesong/result-cache';
import { log } from '@framesong/telemetry';
import { createWorkerPool, poolLimitsOf, type workerSettings } from '@framesong/workers';
import { codeVersion } from './code-version.ts';
import { createCompressor, type ResultFacts } from './compressor.ts';
import { compressionService } from './compression-service.ts';
import { compressionSettings } from './settings.ts';
import { createSpool } from './spool.ts';

/** What the compression service is made of. */
export interface CompressionAppOptions {
  readonly settings: {
    readonly compression: SettingsOf<typeof compressionSettings>;
    readonly data: SettingsOf<typeof dataFolderSettings>;
    readonly rpc: RpcSettings;
    readonly workers: SettingsOf<typeof workerSettings>;
  };
  /** File of the worker processes. Default: the one beside this file. */
  readonly workerEntry?: string;
}

/** The running service; disposing drains it. */
export interface CompressionApp extends AsyncDisposable {
  readonly port: number;
}

/** Composition root of the compression service: built top to bottom, stopped bottom to top. */
export async function startCompression({ settings, workerEntry }: CompressionAppOptions): Promise<CompressionApp> {
  await using building = new AsyncDisposableStack();
  const { compression, workers } = settings;
  const scratch = await openScratchFolder(join(settings.data.folder, 'spool', 'compression'));
  const spool = createSpool(scratch, compression);
  const entry = workerEntry ?? join(import.meta.dirname, `compression-worker${extname(import.meta.filename)}`);
  const cache = building.use(
    createResultCache<ResultFacts>({
      name: 'compression',
      memoryBytes: compression.cacheMemoryBytes,
      diskBytes: compression.cacheDiskBytes,
      folder: join(settings.data.folder, 'cache', 'compression'),
    }),
  );
  const pool = building.use(
    createWorkerPool({
      name: 'compression',
      entry,
      weightLimitBytes: compression.workMemoryBytes,
      env: { [compressionSettings.settings.tiff.env]: String(compression.tiff) },
      ...poolLimitsOf(workers),
    }),
  );
  const compressor = createCompressor({ pool, cache, version: await codeVersion(entry) });
  const server = await startServer({
    services: [compressionService({ compressor, spool, defaults: compression })],
    address: compression.address,
    settings: settings.rpc,
    descriptorSetFile,
  });
  building.defer(() => server.drain());
  log.info({ port: server.port, workers: pool.stats().size }, 'compression is serving');
  const running = building.move();
  return { port: server.port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
