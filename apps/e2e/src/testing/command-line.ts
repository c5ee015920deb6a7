import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../../cli/src/main.ts');

/** What a command has printed and ended with. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command at work. */
export interface RunningCommand {
  /** Resolves when stderr matches; rejects when the command ends before that. */
  saying(pattern: RegExp): Promise<void>;
  interrupt(signal?: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** The real command line as a process, with services at given addresses. */
export interface CommandLine {
  start(...words: readonly string[]): RunningCommand;
  run(...words: readonly string[]): Promise<Ended>;
}

/** @param folder where relative paths begin */
export function createCommandLine(
  folder: string,
  addresses: { readonly compression?: string; readonly imageGeneration?: string; readonly music?: string },
): CommandLine {
  const nowhere = '127.0.0.1:1';
  const start = (...words: readonly string[]) =>
    startCommand(words, folder, {
      FRAMESONG_COMPRESSION_ADDRESS: addresses.compression ?? nowhere,
      FRAMESONG_IMAGE_ADDRESS: addresses.imageGeneration ?? nowhere,
      FRAMESONG_MUSIC_ADDRESS: addresses.music ?? nowhere,
    });
  return { start, run: (...words) => start(...words).ended };
}

function startCommand(words: readonly string[], cwd: string, environment: NodeJS.ProcessEnv): RunningCommand {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then(([code]) => ({ exitCode: Number(code), stdout, stderr }));
  return {
    ended,
    saying: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without saying ${String(pattern)}: ${stderr}`)));
      }),
    interrupt: (signal = 'SIGINT') => void child.kill(signal),
  };
}
