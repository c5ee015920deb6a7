import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { eventually } from './testing/eventually.ts';
import { launch, stackEnvironment, type Launcher } from './testing/launcher.ts';
import { descendantsOf, isAlive } from './testing/processes.ts';

/** Starting everything and making the samples takes its time on a busy machine. */
const START_LIMIT_MS = 120_000;
/** Longer than the grace of a service. */
const STOP_LIMIT_MS = 40_000;

describe('npm start', () => {
  let dataFolder: string;
  let environment: Record<string, string>;
  const launched: Launcher[] = [];

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'framesong-start-'));
    environment = await stackEnvironment(dataFolder);
  });
  afterAll(async () => {
    for (const launcher of launched) launcher.kill('SIGKILL');
    // Only after a failure: PostgreSQL outlives whoever started it.
    if (existsSync(postgresPidFile())) process.kill(postgresPid(), 'SIGQUIT');
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = (...options: readonly string[]) => {
    const launcher = launch(environment, ...options);
    launched.push(launcher);
    return launcher;
  };
  const postgresPidFile = () => join(dataFolder, 'postgres/data/postmaster.pid');
  const postgresPid = () => Number(readFileSync(postgresPidFile(), 'utf8').split('\n')[0]);
  const pidsBelow = (pid: number) => descendantsOf(pid).map((process) => process.pid);

  it(
    'makes its samples and serves until Ctrl-C, which leaves no process',
    async () => {
      const launcher = start();
      await launcher.says('services serve');
      const second = start();
      expect(await second.exited).toBe(1);
      expect(second.said).toMatch(/Framesong is running already: a service answers on 127\.0\.0\.1:\d+ and /);
      expect(second.said).toMatch(/Stop it, or set FRAMESONG_DATA_DIR, FRAMESONG_COMPRESSION_ADDRESS/);

      await launcher.says('serving until Ctrl-C');
      const { width, height } = await sharp(join(dataFolder, 'samples/first-frame.png')).metadata();
      expect({ width, height }).toEqual({ width: 1280, height: 720 });
      const services = pidsBelow(launcher.pid);
      const postgres = [postgresPid(), ...pidsBelow(postgresPid())];
      expect(services.length).toBeGreaterThanOrEqual(4);
      launcher.kill('SIGINT');
      expect(await launcher.exited).toBe(0);
      expect([...services, ...postgres].filter(isAlive)).toEqual([]);
      expect(existsSync(postgresPidFile())).toBe(false);
    },
    START_LIMIT_MS,
  );

  it(
    'leaves no service when it is killed, and starts again on what it left',
    async () => {
      const killed = start();
      await killed.says('services serve');
      const services = pidsBelow(killed.pid);
      expect(services.length).toBeGreaterThanOrEqual(2);
      killed.kill('SIGKILL');
      await killed.exited;
      await eventually(
        'the end of its services',
        () => services.filter(isAlive),
        (alive) => alive.length === 0,
        STOP_LIMIT_MS,
      );

      const next = start('--once');
      await next.says('services serve');
      const all = [...pidsBelow(next.pid), postgresPid()];
      // In the middle of a sample, which must not pass for a good one.
      next.kill('SIGINT');
      expect(await next.exited).toBe(130);
      expect(all.filter(isAlive)).toEqual([]);
    },
    START_LIMIT_MS,
  );
});
