import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 count the memory of buffers towards the limit that the whole heap is collected by, and not by a limit of their
 * own. A service moves megabytes of buffers through a heap of a few, and each of its calls of 300 KB would else pay for
 * a share of a full collection: less than half the CPU per call was measured, for some 60 MB more resident memory.
 */
export function accountExternalMemory(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
}
