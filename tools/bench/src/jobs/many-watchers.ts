import { defineJob, openJobs } from '@framesong/jobs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchContext, Figure } from '../bench.ts';
import { createGate } from './gate.ts';
import { percentile } from './percentile.ts';

const WATCHERS = 200;
const EVENTS = 40;
const EVERY_MS = 100;

/** How late 200 watchers of one job see its events, and whether each sees all of them. */
export async function manyWatchers({ say }: BenchContext, databaseUrl: string): Promise<Figure[]> {
  const ready = createGate();
  await using jobs = await openJobs({
    service: 'watched',
    databaseUrl,
    executorId: 'bench-0',
    role: 'all',
    definitions: [
      defineJob({
        kind: 'watched.v1',
        idPrefix: 'watched',
        queue: 'watched',
        async run(job) {
          await ready.opened;
          for (let event = 1; event <= EVENTS; event++) {
            job.progress({ stage: `event ${event}`, percent: (100 * event) / EVENTS, provenance: 'measured' });
            await pause(EVERY_MS);
          }
          return null;
        },
      }),
    ],
    queues: { watched: { concurrency: 1 } },
  });
  say(`${WATCHERS} watchers of one job`);
  const { job } = await jobs.submit({ kind: 'watched.v1', tenant: 'anna', input: null });
  const lateMs: number[] = [];
  let gaps = 0;
  const watch = async (): Promise<void> => {
    let last = 0;
    for await (const event of jobs.watch('anna', job.id, 0, AbortSignal.timeout(60_000))) {
      if (event.sequence !== last + 1) gaps += 1;
      last = event.sequence;
      if (event.type === 'PROGRESS') lateMs.push(Date.now() - event.at.getTime());
    }
  };
  const watching = Array.from({ length: WATCHERS }, watch);
  await pause(500);
  const cpuBefore = process.cpuUsage();
  ready.open();
  await Promise.all(watching);
  const { user, system } = process.cpuUsage(cpuBefore);
  const against = `${EVENTS} events in ${(EVENTS * EVERY_MS) / 1000} s, in one process with the worker`;
  return [
    { figure: 'watchers_late_p50_ms', value: percentile(lateMs, 0.5), unit: 'ms', against },
    { figure: 'watchers_late_p95_ms', value: percentile(lateMs, 0.95), unit: 'ms', against },
    { figure: 'watchers_gaps', value: gaps, unit: 'count', against: `${WATCHERS} watchers; must be 0` },
    { figure: 'watchers_cpu_ms', value: (user + system) / 1000, unit: 'ms', against },
  ];
}
