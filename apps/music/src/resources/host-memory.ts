import { availableParallelism, loadavg, totalmem } from 'node:os';
import process from 'node:process';
import type { EngineResources } from '@framesong/providers/music';

/** The memory of this machine, or of the part of it that this process may use. */
export function readHost(): EngineResources {
  const [load = 0] = loadavg();
  const limit = process.constrainedMemory();
  return {
    device: 'host',
    // Without a limit the kernel tells one of many exabytes, or 0.
    memoryTotalBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    memoryFreeBytes: process.availableMemory(),
    load: Math.min(1, load / availableParallelism()),
  };
}
