import { join } from 'node:path';
import { startNode, type NodeProcess } from './node-process.ts';

/** A process that does nothing: the delay of its loop is that of the machine. */
export async function startIdle(folder: string): Promise<NodeProcess> {
  const idle = startNode({ name: 'idle', file: join(import.meta.dirname, '../measure/idle-loop.ts'), folder });
  await idle.message('ready');
  return idle;
}
