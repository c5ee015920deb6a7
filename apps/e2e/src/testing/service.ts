import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const START_LIMIT_MS = 60_000;

/** A real service process of this repository, on a free port. */
export interface RunningService extends AsyncDisposable {
  readonly pid: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Its log lines so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves with the first log line, from the beginning, for which `matches` is true. */
  logged(matches: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Resolves with the exit code or signal once it has ended. */
  readonly exited: Promise<string>;
}

/** Which app, and what its environment sets besides a free port. */
export interface ServiceOptions {
  readonly app: 'compression' | 'image-generation' | 'music';
  readonly dataFolder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const ADDRESS_VARIABLES = {
  compression: 'FRAMESONG_COMPRESSION_ADDRESS',
  'image-generation': 'FRAMESONG_IMAGE_ADDRESS',
  music: 'FRAMESONG_MUSIC_ADDRESS',
} as const;

/** Starts a service and waits until it serves. Disposing stops it with SIGTERM. */
export async function startService({ app, dataFolder, environment = {} }: ServiceOptions): Promise<RunningService> {
  const child = spawn(process.execPath, [join(ROOT, 'apps', app, 'src/main.ts')], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FRAMESONG_DATA_DIR: dataFolder,
      FRAMESONG_EXIT_WITH_PARENT: 'true',
      FRAMESONG_WORKER_PROCESSES: '2',
      [ADDRESS_VARIABLES[app]]: '127.0.0.1:0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log: Record<string, unknown>[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    log.push(JSON.parse(line) as Record<string, unknown>);
    for (const listener of listeners) listener();
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = once(child, 'close').then(([code, signal]) => `${String(signal ?? code)} ${stderr}`);

  const logged = (matches: (line: Record<string, unknown>) => boolean) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const look = () => {
        const found = log.find(matches);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const serving = await Promise.race([
    logged((line) => typeof line['port'] === 'number' && String(line['msg']).endsWith('is serving')),
    exited.then((ending) => Promise.reject(new Error(`${app} did not start: ${ending}`))),
    once(limit, 'abort').then(() => Promise.reject(new Error(`${app} does not serve: ${stderr}`))),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid!,
    address: `127.0.0.1:${String(serving['port'])}`,
    log,
    logged,
    end,
    exited,
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
