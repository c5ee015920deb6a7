import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../../music/src/testing/tone-engine-relay.ts');

/** A music engine behind `framesong.engine.v1.MusicEngine`, as a process of its own. */
export interface ToneEngineProcess extends AsyncDisposable {
  readonly address: string;
  /** Ids of the renders that it has begun, in order. */
  readonly begun: readonly string[];
  /** Ids of the renders that were cancelled, in order. */
  readonly cancelled: readonly string[];
  /** How many bytes of other sections each of them was given to hear. */
  readonly heard: readonly { readonly beforeBytes: number; readonly afterBytes: number }[];
}

interface Told {
  readonly msg: string;
  readonly address: string;
  readonly renderId: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

/** How it behaves. */
interface ToneEngineOptions {
  /** Its pause before each quarter of a second of sound. Default 0. */
  readonly pauseMs?: number;
  /** Default: a free one. */
  readonly port?: number;
  /** How much of other sections it says that it hears. Default 0. */
  readonly contextSeconds?: number;
}

/** Starts it; disposing stops it. */
export async function startToneEngine(options: ToneEngineOptions = {}): Promise<ToneEngineProcess> {
  const { pauseMs = 0, port = 0, contextSeconds = 0 } = options;
  const child = spawn(process.execPath, [PROGRAM, ...[port, pauseMs, contextSeconds].map(String)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const begun: string[] = [];
  const cancelled: string[] = [];
  const heard: { beforeBytes: number; afterBytes: number }[] = [];
  const lines = createInterface({ input: child.stdout! });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the tone engine ended with ${code ?? 'a signal'}`)));
    lines.on('line', (line) => {
      const told = JSON.parse(line) as Told;
      if (told.msg === 'listening') resolve(told.address);
      else if (told.msg === 'render begun') {
        begun.push(told.renderId);
        heard.push({ beforeBytes: told.beforeBytes, afterBytes: told.afterBytes });
      } else if (told.msg === 'render cancelled') {
        cancelled.push(told.renderId);
      }
    });
  });
  return {
    address,
    begun,
    cancelled,
    heard,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
