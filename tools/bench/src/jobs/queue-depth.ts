import { createGate, type Gate } from './gate.ts';
import { defineJob, openJobs, type Jobs } from '@framesong/jobs';
import pg from 'pg';
import type { BenchContext, Figure } from '../bench.ts';
import { percentile } from './percentile.ts';

const DEPTHS = [0, 10_000, 100_000];
const QUEUE = 'deep';

/** How long submitting, finding the position, listing and starting take while so many jobs wait. */
export async function depthCurve({ quick, say }: BenchContext, databaseUrl: string): Promise<Figure[]> {
  const starts: string[] = [];
  const gates = new Map<string, Gate>();
  await using jobs = await openJobs({
    service: 'depth',
    databaseUrl,
    executorId: 'bench-0',
    role: 'all',
    definitions: [
      defineJob<null, null>({
        kind: 'deep.v1',
        idPrefix: 'deep',
        queue: QUEUE,
        async run(job) {
          const gate = createGate();
          gates.set(job.id, gate);
          starts.push(job.id);
          waiting.shift()?.open();
          await gate.opened;
          return null;
        },
      }),
    ],
    queues: { [QUEUE]: { concurrency: 1, maxWaiting: 1_000_000 } },
  });
  const waiting: Gate[] = [];
  const nextStart = async (after: number): Promise<void> => {
    if (starts.length > after) return;
    const gate = createGate();
    waiting.push(gate);
    await gate.opened;
  };
  const figures: Figure[] = [];
  let held = (await jobs.submit({ kind: 'deep.v1', tenant: 'tenant-0', input: null })).job.id;
  await nextStart(0);
  const repeats = quick ? 15 : 40;
  for (const depth of DEPTHS) {
    say(`${depth} jobs wait`);
    await fill(databaseUrl, depth);
    // What is kept of earlier looks is told by the figures too; a while later all of it is of this depth.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const submitted: string[] = [];
    const submit = await timesOf(repeats, async () => {
      submitted.push((await jobs.submit({ kind: 'deep.v1', tenant: 'tenant-1', input: null })).job.id);
    });
    const position = await timesOf(repeats, async (index) => {
      await jobs.queues.position({ id: submitted[index]!, tenant: 'tenant-1', queue: QUEUE });
    });
    const list = await timesOf(repeats, async () => {
      await jobs.list('tenant-1', { states: ['QUEUED'] });
    });
    const start = await timesOf(repeats, async () => {
      const count = starts.length;
      gates.get(held)!.open();
      await nextStart(count);
      held = starts.at(-1)!;
    });
    for (const [what, times] of Object.entries({ submit, position, list, start })) {
      for (const [name, share] of [
        ['p50', 0.5],
        ['p95', 0.95],
      ] as const) {
        figures.push({
          figure: `${what}_${name}_ms_at_${depth}`,
          value: percentile(times, share),
          unit: 'ms',
          against: `${depth} jobs of 20 tenants wait`,
        });
      }
    }
  }
  await stopAll(jobs, gates);
  return figures;
}

/** Rows as submitting makes them, of twenty tenants, until so many wait. */
async function fill(databaseUrl: string, depth: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=framesong_depth' });
  await client.connect();
  try {
    await client.query(
      `insert into job (id, tenant, kind, queue, request_digest, labels, priority, input, attached, trace_carrier)
       select 'deep_' || lpad(to_hex(number), 26, '0'), 'tenant-' || number % 20, 'deep.v1', $1, 'digest', '{}', 0, 'null', false, '{}'
         from generate_series((select count(*) + 1 from job), $2::int) number`,
      [QUEUE, depth],
    );
    await client.query('analyze job');
  } finally {
    await client.end();
  }
}

async function timesOf(count: number, work: (index: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const from = performance.now();
    await work(index);
    times.push(performance.now() - from);
  }
  return times;
}

/** What waits is not run: the process is closed with it. */
async function stopAll(jobs: Jobs, gates: ReadonlyMap<string, Gate>): Promise<void> {
  await jobs.drain(AbortSignal.timeout(1));
  for (const gate of gates.values()) gate.open();
}
