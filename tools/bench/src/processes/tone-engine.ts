import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './bench-stack.ts';
import { surroundings } from './node-process.ts';

const PROGRAM = join(ROOT, 'apps/music/src/testing/tone-engine-relay.ts');

/** A progress as the engine sent it. */
export interface SentProgress {
  readonly renderId: string;
  readonly doneSeconds: number;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** An engine behind the protocol that plays tones, as a process. Disposing stops it. */
export interface ToneEngine extends AsyncDisposable {
  readonly address: string;
  /** Ids of the renders that it has begun, in order. */
  readonly begun: readonly string[];
  /** Only where it was told to say so. */
  readonly progress: readonly SentProgress[];
}

/** @param pauseMs before each quarter of a second of sound */
export async function startToneEngine(pauseMs: number, tellsProgress = false): Promise<ToneEngine> {
  const words = [PROGRAM, '0', String(pauseMs), '0', ...(tellsProgress ? ['progress'] : [])];
  const child = spawn(process.execPath, words, { env: surroundings(), stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const begun: string[] = [];
  const progress: SentProgress[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the tone engine ended with ${code ?? 'a signal'}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const told = JSON.parse(line) as { readonly msg: string; readonly address: string } & SentProgress;
      if (told.msg === 'listening') resolve(told.address);
      else if (told.msg === 'render begun') begun.push(told.renderId);
      else if (told.msg === 'progress') progress.push(told);
    });
  });
  return {
    address,
    begun,
    progress,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
