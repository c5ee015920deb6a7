import type { NodeProcess } from '../processes/node-process.ts';

/**
 * What a process holds on to, after all garbage is collected. Resident memory says less: V8 and malloc keep what is free for a
 * while, and the more so the less they are pressed.
 */
export interface HeldMemory {
  /** Objects of JavaScript. */
  readonly usedBytes: number;
  /** Buffers and whatever else is outside the heap and goes with its objects. */
  readonly externalBytes: number;
}

/** What the environment says to a process that is to be asked by {@link heldMemory}; its children must not inherit it. */
export const heapEnvironment: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--expose-gc --import=${new URL('./heap-preload.ts', import.meta.url).href}`,
};

/** Collects the garbage of `process`, which holds its loop up for some 100 ms, and tells what is left. */
export async function heldMemory(process: Pick<NodeProcess, 'ask'>): Promise<HeldMemory> {
  const { usedBytes, externalBytes } = await process.ask<HeldMemory>({ kind: 'heap' }, 'heap');
  return { usedBytes, externalBytes };
}
