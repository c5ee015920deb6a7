import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { loopArguments, loopEnvironment, type LoopProcess } from '../measure/loop-delay.ts';

/** How to start a Node process. */
export interface NodeProcessOptions {
  readonly name: string;
  readonly file: string;
  /** Where its log and its loop delay go. */
  readonly folder: string;
  /** Its whole environment besides PATH, HOME and TMPDIR: what surrounds the bench must not change what it measures. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default 0. */
  readonly niceness?: number;
}

/** A Node process that measures its event loop and can be asked over IPC. Disposing stops it and waits for its end. */
export interface NodeProcess extends AsyncDisposable, LoopProcess {
  readonly name: string;
  /** Resolves with how it ended and what it said last. */
  readonly ended: Promise<string>;
  /** The next message of this kind. Rejects when the process says `failed` or ends before. */
  message<T>(kind: string): Promise<T>;
  /** Sends a message and waits for the next one of kind `answer`. */
  ask<T>(message: { readonly kind: string }, answer: string): Promise<T>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const STOP_LIMIT_MS = 40_000;

/** Starts `file` under the Node that runs the bench. */
export function startNode({ name, file, folder, environment = {}, niceness = 0 }: NodeProcessOptions): NodeProcess {
  const loopFile = join(folder, `${name}.loop.json`);
  const logFile = join(folder, `${name}.log`);
  const logHandle = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...loopArguments, file], {
    env: { ...surroundings(), ...loopEnvironment(loopFile), ...environment },
    stdio: ['ignore', logHandle, logHandle, 'ipc'],
    serialization: 'advanced',
  });
  closeSync(logHandle);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`${signal ?? `exit code ${code ?? '?'}`}: ${lastWords(logFile)}`));
  });
  if (child.pid === undefined) throw new Error(`${name} could not be started: ${file}`);
  // At once: on Linux threads inherit it only when they start afterwards.
  if (niceness > 0) setPriority(child.pid, niceness);
  const message = <T>(kind: string) =>
    new Promise<T>((resolve, reject) => {
      const listen = (told: { kind: string; text?: string }) => {
        if (told.kind !== kind && told.kind !== 'failed') return;
        child.off('message', listen);
        if (told.kind === kind) resolve(told as T);
        else reject(new Error(`${name}: ${told.text ?? ''}`));
      };
      child.on('message', listen);
      void ended.then((ending) => reject(new Error(`${name} ended: ${ending}`)));
    });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(force);
  };
  return {
    name,
    pid: child.pid,
    loopFile,
    ended,
    message,
    ask(asked, answer) {
      const answered = message<never>(answer);
      child.send(asked);
      return answered;
    },
    end,
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** The part of the environment that every process needs. */
export function surroundings(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function lastWords(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trim().slice(-1000);
  } catch (thrown) {
    return `its log cannot be read: ${String(thrown)}`;
  }
}
