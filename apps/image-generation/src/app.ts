import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import { artifactService, startArtifactCleaner } from '@framesong/artifact-api';
import { createFileArtifactStore, createTracedArtifactStore, type artifactSettings } from '@framesong/artifacts';
import type { dataFolderSettings, SettingsOf } from '@framesong/config';
import { descriptorSetFile } from '@framesong/contracts';
import { createJobMessages, jobService } from '@framesong/job-api';
import { databaseUrlFor, openGates, openJobs, type jobSettings } from '@framesong/jobs';
import {
  allowListOf,
  createImageProviders,
  createReferenceFetcher,
  type imageProviderSettings,
  type providerHttpSettings,
  type referenceSettings,
} from '@framesong/providers';
import { openChannel, startServer, type RpcSettings } from '@framesong/rpc';
import { log } from '@framesong/telemetry';
import { createWorkerPool, poolLimitsOf, type workerSettings } from '@framesong/workers';
import { collagedElsewhere, createCollageInPool } from './collage-in-pool.ts';
import { composedElsewhere, createComposeFrame } from './compose-in-pool.ts';
import { createCompressImageSet } from './compress-image-set.ts';
import { createFitInPool, fittedElsewhere } from './fit-in-pool.ts';
import { firstFrameMessages } from './first-frame-message.ts';
import { FIRST_FRAME_KIND, firstFrameWorkflow } from './first-frame-workflow.ts';
import { imageGenerationService } from './image-generation-service.ts';
import { imageModelsOf } from './image-models.ts';
import type { Preparation } from './preparation.ts';
import { createPreparedCache } from './prepared-cache.ts';
import { createReferenceDownloads } from './reference-downloads.ts';
import type { imageSettings } from './settings.ts';

/** The settings of each provider, by its name. */
type ImageProviderSettings = {
  readonly [K in keyof typeof imageProviderSettings]: SettingsOf<(typeof imageProviderSettings)[K]>;
};

/** What the image-generation service is made of. */
export interface ImageGenerationAppOptions {
  readonly settings: {
    readonly artifacts: SettingsOf<typeof artifactSettings>;
    readonly data: SettingsOf<typeof dataFolderSettings>;
    readonly image: SettingsOf<typeof imageSettings>;
    readonly imageProviders: ImageProviderSettings;
    readonly jobs: SettingsOf<typeof jobSettings>;
    readonly providerHttp: SettingsOf<typeof providerHttpSettings>;
    readonly references: SettingsOf<typeof referenceSettings>;
    readonly rpc: RpcSettings;
    readonly workers: SettingsOf<typeof workerSettings>;
  };
  /** File of the worker processes. Default: the one beside this file. */
  readonly workerEntry?: string | URL;
}

/** The running service; disposing drains it. */
export interface ImageGenerationApp extends AsyncDisposable {
  readonly port: number;
}

/** Composition root of the image-generation service: built top to bottom, stopped bottom to top. */
export async function startImageGeneration(options: ImageGenerationAppOptions): Promise<ImageGenerationApp> {
  const { artifacts: artifactLimits, data, image, jobs: jobLimits, workers } = options.settings;
  await using building = new AsyncDisposableStack();
  const databaseUrl = await databaseUrlFor(jobLimits, data.folder, building);
  const artifacts = createTracedArtifactStore(
    await createFileArtifactStore({ folder: join(data.folder, 'artifacts', 'image'), ...artifactLimits }),
  );
  const compression = openChannel(`${image.compressionAddress.host}:${image.compressionAddress.port}`, {
    dedicated: true,
  });
  building.defer(() => compression.close());
  const pool =
    image.role === 'api'
      ? undefined
      : building.use(
          createWorkerPool({
            name: 'compositor',
            entry:
              options.workerEntry ?? join(import.meta.dirname, `compositor-worker${extname(import.meta.filename)}`),
            ...poolLimitsOf(workers),
          }),
        );
  const { allowed, ...fetchLimits } = options.settings.references;
  const references = building.use(createReferenceFetcher({ ...fetchLimits, allowed: allowListOf(allowed) }));
  // Who only accepts jobs orders nothing.
  const gates = image.role === 'api' ? undefined : building.use(await openGates({ service: 'image', databaseUrl }));
  const preparation: Preparation = {
    budgetBytes: image.referenceBudgetBytes,
    totalBytes: image.referencesBudgetBytes,
    maxSidePixels: image.referenceMaxSidePixels,
  };
  const providers = createImageProviders(options.settings.imageProviders, options.settings.providerHttp, {
    gates,
    makeCollage: pool === undefined ? collagedElsewhere : createCollageInPool(pool, preparation),
  });
  for (const provider of providers.values()) building.defer(() => provider.close());
  const models = imageModelsOf(providers);
  const jobs = building.use(
    await openJobs({
      ...jobLimits,
      service: 'image',
      databaseUrl,
      executorId: image.executorId ?? hostname(),
      role: image.role,
      definitions: [
        firstFrameWorkflow({
          artifacts,
          downloads: createReferenceDownloads({
            artifacts,
            references,
            most: image.referenceCacheEntries,
            maxFreshMs: image.referenceFreshMs,
          }),
          compressImageSet: createCompressImageSet(compression, image.compressionTimeoutMs),
          preparation,
          preparedCache: createPreparedCache(artifacts, image.referenceCacheEntries),
          models,
          providers,
          fitPicture: pool === undefined ? fittedElsewhere : createFitInPool(pool),
          composeFrame: pool === undefined ? composedElsewhere : createComposeFrame(pool),
          generateTimeout: { floorMs: image.timeoutFloorMs, ceilingMs: image.timeoutMs },
        }),
      ],
      queues: {
        images: { concurrency: image.workers, perWorkerConcurrency: image.workersPerProcess || image.workers },
      },
      services: { song: 'music' },
    }),
  );
  building.use(
    startArtifactCleaner({ artifacts, references: () => jobs.digests(), keepMs: artifactLimits.unreferencedKeepMs }),
  );
  const messages = createJobMessages(jobs, { [FIRST_FRAME_KIND]: firstFrameMessages });
  // A worker is asked for its health only.
  const services =
    image.role === 'worker'
      ? []
      : [
          imageGenerationService({
            jobs,
            artifacts,
            messages,
            runTimeoutMs: image.runTimeoutMs,
            preparation,
            models,
            providers,
          }),
          jobService({ jobs, messages }),
          artifactService(artifacts),
        ];
  const server = await startServer({
    services,
    address: image.address,
    settings: options.settings.rpc,
    descriptorSetFile,
  });
  building.defer(() => server.drain());
  server.health.set(jobs.isHealthy());
  building.defer(jobs.onHealthChange((healthy) => server.health.set(healthy)));
  log.info({ port: server.port, role: image.role, workers: pool?.stats().size ?? 0 }, 'image-generation is serving');
  const running = building.move();
  return { port: server.port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
