import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFramesong, untilServing, type Framesong } from '@framesong/client';
import { ensurePostgres } from '@framesong/jobs';
import { cpuMsOfTrees } from '../measure/process-tree.ts';
import { freePorts } from './free-ports.ts';
import { startNode, type NodeProcess } from './node-process.ts';

/** The repository. */
export const ROOT = join(import.meta.dirname, '../../../..');

/** The apps that serve. */
export type AppName = 'compression' | 'image-generation' | 'music';

/** Services as real processes over an embedded PostgreSQL. Disposing stops them in order; the folder stays. */
export interface BenchStack extends AsyncDisposable {
  readonly framesong: Framesong;
  /** From the start of PostgreSQL until the last service said SERVING. */
  readonly startMs: number;
  /** What tells other programs where the services and their data are. */
  readonly environment: Readonly<Record<string, string>>;
  service(app: AppName): NodeProcess;
  /** CPU time so far of the services, their worker processes and PostgreSQL. */
  cpuMs(): number;
  /** Starts a service again, at its old address, after it has ended; resolves at once. */
  restart(app: AppName): NodeProcess;
}

const VARIABLES = {
  compression: 'FRAMESONG_COMPRESSION_ADDRESS',
  'image-generation': 'FRAMESONG_IMAGE_ADDRESS',
  music: 'FRAMESONG_MUSIC_ADDRESS',
} as const;
const START_LIMIT_MS = 60_000;

/**
 * Starts `apps` on free ports, as `npm start` does: PostgreSQL first, then all services at once.
 * @param settings what their environment sets besides where they are
 */
export async function startBenchStack(
  apps: readonly AppName[],
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchStack> {
  const [compression, image, music] = (await freePorts(3)).map((port) => `127.0.0.1:${port}`);
  const addresses = { compression: compression!, 'image-generation': image!, music: music! };
  await using parts = new AsyncDisposableStack();
  const framesong = parts.use(openFramesong({ compression: compression!, imageGeneration: image!, music: music! }));
  const dataFolder = join(folder, 'data');
  const startedAt = performance.now();
  const postgres = await ensurePostgres({ dataFolder });
  parts.defer(() => postgres.stop());
  const environment = {
    FRAMESONG_DATA_DIR: dataFolder,
    FRAMESONG_DATABASE_URL: postgres.url,
    FRAMESONG_EXIT_WITH_PARENT: 'true',
    ...settings,
    ...settings,
    ...Object.fromEntries(Object.entries(addresses).map(([app, address]) => [VARIABLES[app as AppName], address])),
  };
  const running = new Map<AppName, NodeProcess>();
  const start = (app: AppName) => {
    const service = startNode({ name: app, file: join(ROOT, 'apps', app, 'src/main.ts'), folder, environment });
    running.set(app, service);
    return service;
  };
  parts.defer(() => Promise.all([...running.values()].map((service) => service.end('SIGTERM'))).then(() => undefined));
  for (const app of apps) start(app);
  await Promise.race([allServing(framesong, apps), firstEnd([...running.values()])]);
  const startMs = performance.now() - startedAt;
  const owned = parts.move();
  return {
    framesong,
    startMs,
    environment,
    service: (app) => running.get(app)!,
    cpuMs: () => cpuMsOfTrees([...[...running.values()].map(({ pid }) => pid), postmasterPid(dataFolder)]),
    restart: start,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function allServing(framesong: Framesong, apps: readonly AppName[]): Promise<unknown> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const parts = {
    compression: framesong.compression,
    'image-generation': framesong.imageGeneration,
    music: framesong.music,
  };
  return Promise.all(apps.map((app) => untilServing(parts[app].health, limit)));
}

async function firstEnd(services: readonly NodeProcess[]): Promise<never> {
  const { name, ending } = await Promise.race(
    services.map(async (service) => ({ name: service.name, ending: await service.ended })),
  );
  throw new Error(`${name} did not start: ${ending}`);
}

/** First line of the server's own lock file. Source: PostgreSQL's miscadmin.h, LOCK_FILE_LINE_PID. */
function postmasterPid(dataFolder: string): number {
  return Number(readFileSync(join(dataFolder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}
