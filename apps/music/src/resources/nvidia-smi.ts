import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EngineResources } from '@framesong/providers/music';

const QUERY = ['--query-gpu=name,memory.total,memory.free,utilization.gpu', '--format=csv,noheader,nounits'];
const LIMIT_MS = 5_000;
const MIB = 2 ** 20;

/** The GPUs of this machine in the order of `nvidia-smi`; none where it does not answer. */
export async function readGpus(): Promise<readonly EngineResources[]> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', QUERY, { timeout: LIMIT_MS, killSignal: 'SIGKILL' });
    return stdout.split('\n').flatMap((line) => gpuOf(line) ?? []);
  } catch {
    // No such program, no driver, or a GPU that hangs.
    return [];
  }
}

/** A line as `NVIDIA L4, 23034, 21957, 37`: MiB and percent; `[N/A]` for what the driver does not tell. */
function gpuOf(line: string): EngineResources | undefined {
  const words = line.split(',').map((word) => word.trim());
  if (words.length !== 4) return undefined;
  const [device = '', ...told] = words;
  const [totalMib, freeMib, loadPercent] = told.map(Number);
  return {
    device,
    ...(Number.isFinite(totalMib) && { memoryTotalBytes: totalMib! * MIB }),
    ...(Number.isFinite(freeMib) && { memoryFreeBytes: freeMib! * MIB }),
    ...(Number.isFinite(loadPercent) && { load: loadPercent! / 100 }),
  };
}
