import { join } from 'node:path';
import { startNode, type NodeProcess } from '../processes/node-process.ts';
import type { FrameInput } from './frame-input.ts';

/** What one frame by the libraries alone took. */
export interface LibraryRun {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly previewMs: number;
  /** Of the picture file, to prove that it is the one that the services make. */
  readonly sha256: string;
}

/** Starts the process that calls the libraries, placed as a worker process of the services is by default. */
export async function startLibrary(folder: string): Promise<NodeProcess> {
  const file = join(import.meta.dirname, 'library-process.ts');
  const environment = { MALLOC_ARENA_MAX: '2' };
  const library = startNode({ name: 'libraries', file, folder, environment, niceness: 10 });
  await library.message('ready');
  return library;
}

/** Makes the frame once. */
export function makeWithLibrary(library: NodeProcess, input: FrameInput): Promise<LibraryRun> {
  return library.ask({ kind: 'make', input } as { kind: string }, 'made');
}
