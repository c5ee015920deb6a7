import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** Longer than a service's own grace, which it keeps to by itself. */
const STOP_LIMIT_MS = 40_000;

/** A service as a child process; disposing stops it in order and waits for its end. */
export interface ServiceProcess extends AsyncDisposable {
  readonly name: string;
  /** Resolves with how it ended and what it said last, once it has ended without being asked to. */
  readonly ended: Promise<string>;
}

/** Starts `apps/<name>`; its log goes to a file, and what it says on stderr is kept for the case that it fails. */
export function startService(options: {
  name: string;
  logFolder: string;
  environment: Readonly<Record<string, string>>;
}): ServiceProcess {
  const logFile = join(options.logFolder, `${options.name}.log`);
  const logHandle = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [join(ROOT, 'apps', options.name, 'src/main.ts')], {
    cwd: ROOT,
    env: { ...process.env, ...options.environment, FRAMESONG_EXIT_WITH_PARENT: 'true' },
    stdio: ['ignore', logHandle, 'pipe', 'ipc'],
    // A process group of its own: Ctrl-C reaches the launcher alone, which stops the services one after another.
    detached: true,
  });
  closeSync(logHandle);
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-4000)));
  let stopping = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(`${signal ?? `exit code ${code ?? '?'}`}\n${lastWords.trim() || `see ${logFile}`}`),
    );
  });
  return {
    name: options.name,
    ended: new Promise((resolve) => void exited.then((ending) => stopping || resolve(ending))),
    async [Symbol.asyncDispose]() {
      stopping = true;
      await stop(child, exited);
    },
  };
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(force);
}
