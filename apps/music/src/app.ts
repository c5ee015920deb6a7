import { hostname } from 'node:os';
import { extname, join } from 'node:path';
import { artifactService, startArtifactCleaner } from '@framesong/artifact-api';
import { createFileArtifactStore, createTracedArtifactStore, type artifactSettings } from '@framesong/artifacts';
import type { dataFolderSettings, SettingsOf } from '@framesong/config';
import { descriptorSetFile } from '@framesong/contracts';
import { createJobMessages, jobService } from '@framesong/job-api';
import { databaseUrlFor, openJobs, type Jobs, type jobSettings } from '@framesong/jobs';
import type { providerHttpSettings } from '@framesong/providers';
import { createMusicEngines, type EngineSettings } from '@framesong/providers/music';
import { startServer, type RpcSettings } from '@framesong/rpc';
import { log } from '@framesong/telemetry';
import { createWorkerPool, poolLimitsOf, type workerSettings } from '@framesong/workers';
import { createComposer } from './composer.ts';
import { EMBEDDED } from './engines/embedded-engine.ts';
import { addressesByName, openMusicEngines } from './engines/music-engines.ts';
import { musicService } from './music-service.ts';
import { createResourceReader, watchEngines } from './resources/engine-resources.ts';
import { createMemoryGate } from './resources/memory-gate.ts';
import { localEngines, memoryNeedsByName } from './resources/where-engines-are.ts';
import type { musicSettings } from './settings.ts';
import { songMessages } from './song-message.ts';
import { SONG_KIND, SONG_QUEUE, songWorkflow } from './song-workflow.ts';
import { sweepWorkFolders } from './work-folder.ts';

/** What the music service is made of. */
export interface MusicAppOptions {
  readonly settings: {
    readonly artifacts: SettingsOf<typeof artifactSettings>;
    readonly data: SettingsOf<typeof dataFolderSettings>;
    readonly jobs: SettingsOf<typeof jobSettings>;
    readonly music: SettingsOf<typeof musicSettings>;
    /** Of each music engine over HTTP, by its name. */
    readonly musicEngines: Readonly<Record<string, EngineSettings>>;
    readonly providerHttp: SettingsOf<typeof providerHttpSettings>;
    readonly rpc: RpcSettings;
    readonly workers: SettingsOf<typeof workerSettings>;
  };
  /** File of the worker processes. Default: the one beside this file. */
  readonly workerEntry?: string | URL;
}

/** The running service; disposing drains it. */
export interface MusicApp extends AsyncDisposable {
  readonly port: number;
}

/** Composition root of the music service: built top to bottom, stopped bottom to top. */
export async function startMusic(options: MusicAppOptions): Promise<MusicApp> {
  const { artifacts: artifactLimits, data, music, jobs: jobLimits, workers } = options.settings;
  await using building = new AsyncDisposableStack();
  const databaseUrl = await databaseUrlFor(jobLimits, data.folder, building);
  const artifacts = createTracedArtifactStore(
    await createFileArtifactStore({ folder: join(data.folder, 'artifacts', 'music'), ...artifactLimits }),
  );
  const workFolder = join(data.folder, 'work', 'music');
  await sweepWorkFolders(workFolder);
  const pool = (name: string, size: number) =>
    building.use(
      createWorkerPool({
        name,
        entry: options.workerEntry ?? join(import.meta.dirname, `composer-worker${extname(import.meta.filename)}`),
        ...poolLimitsOf(workers),
        size,
      }),
    );
  // Who only accepts plans scores, and who only works renders them.
  const planning = music.role === 'worker' ? undefined : pool('composer planning', 1);
  const rendering = planning !== undefined && music.role === 'api' ? planning : pool('composer', workers.processes);
  const composer = createComposer(rendering, planning ?? rendering);
  const addresses = addressesByName(music.engines);
  const engines = building.use(
    openMusicEngines({
      composer,
      grpcEngines: addresses,
      reattachGraceMs: music.reattachGraceMs,
      httpEngines: createMusicEngines(options.settings.musicEngines, options.settings.providerHttp),
    }),
  );
  const baseUrls = Object.entries(options.settings.musicEngines).map(([name, { baseUrl }]) => [name, baseUrl] as const);
  const resources = createResourceReader({
    localEngines: localEngines(addresses, new Map(baseUrls)),
    onHost: new Set([EMBEDDED]),
    gpu: music.gpu,
  });
  building.use(watchEngines(engines, resources));
  const opened: { jobs?: Jobs } = {};
  const memory = createMemoryGate({
    reader: resources,
    needs: memoryNeedsByName(music.memoryNeeds),
    usualRenderMs: async () => (await opened.jobs?.queues.status(SONG_QUEUE, ''))?.medianRunMs,
  });
  const jobs = building.use(
    await openJobs({
      ...jobLimits,
      service: 'music',
      databaseUrl,
      executorId: music.executorId ?? hostname(),
      role: music.role,
      definitions: [
        songWorkflow({
          artifacts,
          composer,
          engines,
          memory,
          workFolder,
          sectionTimeout: { floorMs: music.timeoutFloorMs, ceilingMs: music.timeoutMs },
          silence: {
            floorMs: music.silenceFloorMs,
            coldStartMs: music.silenceAtFirstMs,
            ceilingMs: music.silenceMs,
          },
        }),
      ],
      queues: {
        [SONG_QUEUE]: { concurrency: music.workers, perWorkerConcurrency: music.workersPerProcess || music.workers },
      },
      services: { frame: 'image-generation' },
    }),
  );
  opened.jobs = jobs;
  building.use(
    startArtifactCleaner({ artifacts, references: () => jobs.digests(), keepMs: artifactLimits.unreferencedKeepMs }),
  );
  const messages = createJobMessages(jobs, { [SONG_KIND]: songMessages });
  // A worker is asked for its health only.
  const services =
    music.role === 'worker'
      ? []
      : [
          musicService({ jobs, artifacts, composer, engines, memory, messages, runTimeoutMs: music.runTimeoutMs }),
          jobService({ jobs, messages }),
          artifactService(artifacts),
        ];
  const server = await startServer({
    services,
    address: music.address,
    settings: options.settings.rpc,
    descriptorSetFile,
  });
  building.defer(() => server.drain());
  server.health.set(jobs.isHealthy());
  building.defer(jobs.onHealthChange((healthy) => server.health.set(healthy)));
  log.info({ port: server.port, role: music.role, workers: rendering.stats().size }, 'music is serving');
  const running = building.move();
  return { port: server.port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
