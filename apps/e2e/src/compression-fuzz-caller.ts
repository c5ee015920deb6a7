// Sends mutated images through a real compression service and prints what became of them as one line of JSON. The long
// form of compression-mutations.spec.ts: COUNT says how many (default 100000), SEED which, LIMIT_SECONDS when to stop at
// the latest (default never). Ends with 1 when something crashed uncontained, hung, or was over budget.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFramesong } from '@framesong/client';
import { drawSeeds, mutatedImages, taken } from './testing/mutated-images.ts';
import { newCounts, sendMutated } from './testing/mutation-run.ts';
import { descendantsOf } from './testing/processes.ts';
import { startService } from './testing/service.ts';

const ROUND = 1000;
const AT_ONCE = 4;
const SAMPLES = 12;
const MEGABYTE = 1024 ** 2;

const { COUNT = '100000', SEED = '1', LIMIT_SECONDS = 'Infinity' } = process.env;

void (async () => {
  const startedAtMs = performance.now();
  const dataFolder = await mkdtemp(join(tmpdir(), 'framesong-fuzz-'));
  // Small caches and a small heap, so that growth is a leak, and neither a full cache nor a collection put off.
  const environment = {
    FRAMESONG_COMPRESSION_CACHE_MEMORY: '4MB',
    FRAMESONG_COMPRESSION_CACHE_DISK: '16MB',
    NODE_OPTIONS: '--max-semi-space-size=2 --max-old-space-size=96',
  };
  const service = await startService({ app: 'compression', dataFolder, environment });
  const framesong = openFramesong({ compression: service.address, imageGeneration: service.address });
  const images = mutatedImages(await drawSeeds(), Number(SEED));
  const counts = newCounts();
  const elapsedSeconds = () => (performance.now() - startedAtMs) / 1000;
  const serviceBytes: number[] = [];
  let workersMost = 0;
  try {
    while (counts.tried < Number(COUNT) && elapsedSeconds() < Number(LIMIT_SECONDS)) {
      await sendMutated(
        framesong.compression,
        taken(images, Math.min(ROUND, Number(COUNT) - counts.tried)),
        AT_ONCE,
        counts,
      );
      const memory = await residentBytes(service.pid);
      serviceBytes.push(memory);
      const workers = await Promise.all(descendantsOf(service.pid).map(({ pid }) => residentBytes(pid)));
      workersMost = Math.max(workersMost, ...workers);
    }
    const restarts = service.log.filter(({ msg }) => msg === 'a worker process crashed').length;
    process.stdout.write(
      `${JSON.stringify({
        seed: Number(SEED),
        seconds: Math.round(elapsedSeconds()),
        tried: counts.tried,
        compressed: counts.compressed,
        refused: counts.refused,
        crashed_contained: counts.crashedContained,
        worker_crashes: restarts,
        hung: counts.hung,
        over_budget: counts.overBudget,
        others: counts.others.slice(0, 10),
        notable: counts.notable.slice(0, 10),
        memory_growth_mib: megabytes(serviceBytes.at(-1)! - serviceBytes[0]!),
        service_mib: samples(serviceBytes).map(megabytes),
        worker_mib_most: megabytes(workersMost),
      })}\n`,
    );
  } finally {
    framesong[Symbol.dispose]();
    await service.end('SIGTERM');
    await rm(dataFolder, { recursive: true, force: true });
  }
  process.exitCode = counts.hung + counts.overBudget + counts.others.length > 0 ? 1 : 0;
})();

/** Resident memory of a process; 0 where the system does not tell. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/** Some of the values, from the first to the last: growth that levels off is none. */
function samples(values: readonly number[]): number[] {
  const step = (values.length - 1) / Math.min(SAMPLES - 1, Math.max(1, values.length - 1));
  return Array.from({ length: Math.min(SAMPLES, values.length) }, (_, index) => values[Math.round(index * step)]!);
}

function megabytes(bytes: number): number {
  return Math.round((bytes / MEGABYTE) * 10) / 10;
}
