import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { addressSettings } from '@framesong/client';
import { openFramesong, untilServing, type Framesong, type FramesongAddresses } from '@framesong/client';
import type { dataFolderSettings, SettingsOf } from '@framesong/config';
import { FramesongError } from '@framesong/errors';
import { ensurePostgres, type jobSettings } from '@framesong/jobs';
import { startEmulated } from './emulated-provider.ts';
import { greeting } from './greeting.ts';
import { makeFirstFrame } from './make-first-frame.ts';
import { makeSong } from './make-song.ts';
import { startService, type ServiceProcess } from './service-process.ts';

/** What the stack is started with. */
export interface RunStackOptions {
  readonly once: boolean;
  /** Who makes the sample first frame; empty for the embedded engine. */
  readonly provider: string;
  /** Who makes the sample song; empty for the embedded composer. */
  readonly engine: string;
  /** Instead of the real provider and the real engine. */
  readonly emulator: boolean;
  readonly settings: {
    readonly addresses: SettingsOf<typeof addressSettings>;
    readonly data: SettingsOf<typeof dataFolderSettings>;
    readonly jobs: SettingsOf<typeof jobSettings>;
  };
  readonly stop: AbortSignal;
}

const START_LIMIT_MS = 60_000;

/**
 * Starts PostgreSQL and the services, makes the samples, serves until `stop` fires, then stops everything in reverse order.
 * @returns the exit code
 */
export async function runStack(options: RunStackOptions): Promise<number> {
  const { once, provider, engine, emulator, settings, stop } = options;
  const startedAt = performance.now();
  const dataFolder = settings.data.folder;
  const addresses: FramesongAddresses = {
    compression: hostAndPort(settings.addresses.compression),
    imageGeneration: hostAndPort(settings.addresses.imageGeneration),
    music: hostAndPort(settings.addresses.music),
  };
  await using stack = new AsyncDisposableStack();
  const framesong = stack.use(openFramesong(addresses));
  await refuseSecondStart(framesong, addresses);
  const logFolder = join(dataFolder, 'logs');
  await mkdir(logFolder, { recursive: true });

  let databaseUrl = settings.jobs.databaseUrl;
  if (databaseUrl === undefined) {
    const postgres = await ensurePostgres({ dataFolder });
    stack.defer(() => postgres.stop());
    databaseUrl = postgres.url;
  }
  const emulate = async (option: '--provider' | '--engine', name: string) =>
    emulator && name !== '' ? stack.use(await startEmulated(option, name)) : undefined;
  const [pictures, sounds] = [await emulate('--provider', provider), await emulate('--engine', engine)];
  const environment = {
    FRAMESONG_DATABASE_URL: databaseUrl,
    ...pictures?.environment,
    ...sounds?.environment,
  };
  const start = (name: string) => startService({ name, logFolder, environment });
  const compression = stack.use(start('compression'));
  const imageGeneration = stack.use(start('image-generation'));
  const music = stack.use(start('music'));
  const services = [compression, imageGeneration, music];

  const failed = firstFailure(services);
  const servingBy = AbortSignal.any([stop, AbortSignal.timeout(START_LIMIT_MS)]);
  const serving = Promise.all(serversOf(framesong).map(({ health }) => untilServing(health, servingBy)));
  await Promise.race([serving, failed]);
  console.error(
    `services serve after ${((performance.now() - startedAt) / 1000).toFixed(1)} s; logs are in ${logFolder}`,
  );

  const samples = join(dataFolder, 'samples');
  await Promise.race([makeFirstFrame(framesong, { folder: samples, provider, signal: stop }), failed]);
  if (pictures) console.log(`the emulator of ${provider} has taken ${pictures.emulator.paid.all.length} order(s)`);
  await Promise.race([makeSong(framesong, { folder: samples, engine, signal: stop }), failed]);
  if (sounds) console.log(`the emulator of ${engine} has taken ${sounds.emulator.paid.all.length} order(s)`);
  console.log(greeting(addresses));
  if (once) return 0;
  console.error('serving until Ctrl-C ...');
  await Promise.race([fired(stop), failed]);
  console.error('\nstopping ...');
  return 0;
}

function serversOf({ compression, imageGeneration, music }: Framesong) {
  return [compression, imageGeneration, music];
}

function hostAndPort({ host, port }: { host: string; port: number }): string {
  return `${host}:${port}`;
}

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Rejects when a service ends although nobody asked it to. */
async function firstFailure(services: readonly ServiceProcess[]): Promise<never> {
  const { name, ending } = await Promise.race(
    services.map(async (service) => ({ name: service.name, ending: await service.ended })),
  );
  throw new FramesongError(`${name} ended by itself: ${ending}`, { code: 'UNAVAILABLE', reason: 'SERVICE_ENDED' });
}

async function refuseSecondStart(framesong: Framesong, addresses: FramesongAddresses): Promise<void> {
  const answers = await Promise.allSettled(
    serversOf(framesong).map(({ health }) => health.check({ service: '' }, { timeoutMs: 500 })),
  );
  const there = Object.values(addresses).filter((_, index) => answers[index]?.status === 'fulfilled');
  if (there.length === 0) return;
  throw new FramesongError(
    `Framesong is running already: a service answers on ${there.join(' and ')}. Stop it, or set FRAMESONG_DATA_DIR, ` +
      'FRAMESONG_COMPRESSION_ADDRESS, FRAMESONG_IMAGE_ADDRESS and FRAMESONG_MUSIC_ADDRESS for a second one',
    { code: 'FAILED_PRECONDITION', reason: 'ALREADY_RUNNING' },
  );
}
