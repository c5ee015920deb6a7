import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import type { BenchContext, Figure } from '../bench.ts';
import { cpuMsOfTrees, pssBytesOfTrees } from '../measure/process-tree.ts';
import { ROOT } from '../processes/bench-stack.ts';
import { startNode } from '../processes/node-process.ts';

/** Memory and CPU of one idle replica of the music service in each role. */
export async function replicaCosts(
  { quick, say }: BenchContext,
  databaseUrl: string,
  folder: string,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const seconds = quick ? 5 : 20;
  for (const role of ['api', 'worker'] as const) {
    say(`an idle ${role}`);
    await using replica = startNode({
      name: `music-${role}`,
      file: join(ROOT, 'apps/music/src/main.ts'),
      folder,
      environment: {
        FRAMESONG_DATA_DIR: join(folder, 'data'),
        FRAMESONG_DATABASE_URL: databaseUrl,
        FRAMESONG_EXIT_WITH_PARENT: 'true',
        FRAMESONG_MUSIC_ADDRESS: '127.0.0.1:0',
        FRAMESONG_MUSIC_ROLE: role,
        FRAMESONG_MUSIC_EXECUTOR_ID: `bench-${role}`,
        FRAMESONG_WORKER_PROCESSES: '1',
      },
    });
    // Until the start is over and what it left behind is collected.
    await pause(8000);
    const before = cpuMsOfTrees([replica.pid]);
    await pause(seconds * 1000);
    const cpuMs = cpuMsOfTrees([replica.pid]) - before;
    const against = `music as ${role}, with its one child process`;
    figures.push(
      { figure: `idle_${role}_memory_mib`, value: pssBytesOfTrees([replica.pid]) / 2 ** 20, unit: 'MiB', against },
      {
        figure: `idle_${role}_cpu_percent`,
        value: cpuMs / seconds / 10,
        unit: '%',
        against: `${against}, of one core`,
      },
    );
  }
  return figures;
}
