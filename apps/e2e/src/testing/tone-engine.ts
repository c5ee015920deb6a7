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
}

/** @param pauseMs its pause before each quarter of a second of sound. @param port default: a free one */
export async function startToneEngine(pauseMs = 0, port = 0): Promise<ToneEngineProcess> {
  const child = spawn(process.execPath, [PROGRAM, String(port), String(pauseMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const begun: string[] = [];
  const lines = createInterface({ input: child.stdout! });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the tone engine ended with ${code ?? 'a signal'}`)));
    lines.on('line', (line) => {
      const told = JSON.parse(line) as { msg: string; address: string; renderId: string };
      if (told.msg === 'listening') resolve(told.address);
      else if (told.msg === 'render begun') begun.push(told.renderId);
    });
  });
  return {
    address,
    begun,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
