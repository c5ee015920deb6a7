import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from './debian-tools.ts';

/** What one run of somebody else's tool cost. */
export interface PeerRun {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Encodes of the Pillow loop; 0 for programs, which do not tell. */
  readonly tries: number;
}

/** A Python process that runs programs and the Pillow loop and reads their times from the kernel. */
export interface PeerRunner extends AsyncDisposable {
  /** @throws Error when the program failed */
  run(words: readonly string[]): Promise<PeerRun>;
  pillow(job: PillowJob): Promise<PeerRun>;
}

export interface PillowJob {
  readonly path: string;
  readonly budget: number;
  /** Longest side in pixels; 0 for none. */
  readonly side: number;
  readonly output: string;
}

type Answer = PeerRun & { readonly code?: number; readonly fault?: string };

/** Starts the process. One request at a time. */
export function startPeerRunner(): PeerRunner {
  const child = spawn(PYTHON, [join(import.meta.dirname, 'peers.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // One thread each: several would burn CPU time in waiting for each other.
    env: { PATH: process.env['PATH'], MAGICK_THREAD_LIMIT: '1', OMP_NUM_THREADS: '1' },
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`the runner of peers ended with ${String(code)}`)));
  });
  ended.catch(() => undefined);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (asked: object): Promise<PeerRun> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`);
    const line = await Promise.race([lines.next(), ended]);
    if (line.done) throw new Error('the runner of peers gave no answer');
    const { code, fault, ...run } = JSON.parse(line.value) as Answer;
    if (fault !== undefined || code !== 0) throw new Error(fault ?? `exit code ${String(code)}`);
    return run;
  };
  return {
    run: (words) => ask({ kind: 'run', words }),
    pillow: (job) => ask({ kind: 'pillow', ...job }),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended.catch(() => undefined);
    },
  };
}
