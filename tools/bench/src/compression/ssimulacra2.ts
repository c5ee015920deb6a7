import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.ts';

const run = promisify(execFile);
const CRATE = 'ssimulacra2_rs@0.5.2';

/** How much a picture looks like its original. */
export interface QualityMetric {
  readonly name: string;
  /** Higher is better; both files have the same size in pixels. */
  compare(originalFile: string, resultFile: string): Promise<number>;
}

/**
 * SSIMULACRA 2 (Cloudinary, 2022; 100 is the same, 90 not told apart, 70 high, 50 medium), built once by cargo into a cache.
 * Undefined when it cannot be built.
 */
export function ensureSsimulacra2(say: (text: string) => void): QualityMetric | undefined {
  const root = cacheFolder('ssimulacra2');
  const program = join(root, 'bin/ssimulacra2_rs');
  if (!existsSync(program)) {
    say('building ssimulacra2, which takes minutes once');
    const words = ['install', CRATE, '--locked', '--no-default-features', '--root', root];
    const { status, stderr, error } = spawnSync('cargo', words, { encoding: 'utf8' });
    if (status !== 0) {
      say(`ssimulacra2 could not be built, no quality is measured: ${error?.message ?? stderr.slice(-300)}`);
      return undefined;
    }
  }
  return {
    name: 'ssimulacra2',
    async compare(originalFile, resultFile) {
      const { stdout } = await run(program, ['image', originalFile, resultFile]);
      const score = Number(/-?\d+(\.\d+)?/.exec(stdout.replace(/^[^:]*:/, ''))?.[0]);
      if (!Number.isFinite(score)) throw new Error(`ssimulacra2 said ${stdout}`);
      return score;
    },
  };
}
