import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');

/** What `npm start` runs, as a process. */
export interface Launcher {
  readonly pid: number;
  /** What it has said so far, on stdout and stderr. */
  readonly said: string;
  /** Resolves once it has said something; rejects when it ends before. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts it with a data folder and free ports of its own. */
export function launch(environment: Readonly<Record<string, string>>, ...options: readonly string[]): Launcher {
  const child = spawn(process.execPath, [join(ROOT, 'tools/stack/src/main.ts'), ...options], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], FRAMESONG_WORKER_PROCESSES: '2', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const look of [...listeners]) look();
    });
  }
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    pid: child.pid!,
    get said() {
      return said;
    },
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!said.includes(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void exited.then((ending) => reject(new Error(`ended with ${ending} before it said "${text}": ${said}`)));
      }),
    kill: (signal) => void child.kill(signal),
    exited,
  };
}

/** Environment of a stack in `dataFolder` on ports that nobody has now. */
export async function stackEnvironment(dataFolder: string): Promise<Record<string, string>> {
  const names = ['COMPRESSION', 'IMAGE', 'MUSIC'];
  const servers = names.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const addresses = servers.map((server, index) => [
    `FRAMESONG_${names[index]!}_ADDRESS`,
    `127.0.0.1:${(server.address() as AddressInfo).port}`,
  ]);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return { FRAMESONG_DATA_DIR: dataFolder, ...(Object.fromEntries(addresses) as Record<string, string>) };
}
