import type { Bench, BenchContext, Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import type { Batch } from '../rpc/load.ts';
import { startSide, type Side } from '../rpc/side.ts';

const BATCHES: readonly Batch[] = [
  { load: '1kb', calls: 2_000, concurrency: 4 },
  { load: '300kb', calls: 100, concurrency: 4 },
  { load: '20mb', calls: 3, concurrency: 1 },
];
const LIMITS = { pairs: 20, budgetMs: 60_000 };
const QUICK_LIMITS = { pairs: 6, budgetMs: 10_000 };
const RAW = 'grpc-js alone, same serializers; ours with tracing on';

/** Our kit against grpc-js alone. */
export const rpcBench: Bench = {
  name: 'rpc',
  about: 'calls and uploads by the RPC kit with deadlines, context, admission and spans, against grpc-js alone',
  async run(context) {
    await using folder = await makeBenchFolder();
    await using our = await startSide('our', folder.path);
    await using raw = await startSide('raw', folder.path);
    const figures: Figure[] = [];
    for (const batch of BATCHES) figures.push(...(await compare(context, { our, raw, batch })));
    if ((await our.spans()) === 0) throw new Error('our side made no spans: tracing was not on');
    return figures;
  },
};

async function compare(
  { quick, say }: BenchContext,
  { our, raw, batch }: { our: Side; raw: Side; batch: Batch },
): Promise<Figure[]> {
  const { load, calls, concurrency } = batch;
  say(`${load}: batches of ${calls} calls, ${concurrency} at once`);
  const tallies = { our: new Tally(say), raw: new Tally(say) };
  const runOf = (side: Side, tally: Tally) => async () => {
    const run = await side.run(batch);
    tally.add(run);
    if (run.failure !== undefined) say(`${run.failed} of ${run.tried} calls failed: ${run.failure}`);
    // A call that failed early is cheap, so a batch with failures says nothing about cost.
    return run.failed === 0 ? run : undefined;
  };
  await runOf(our, tallies.our)();
  await runOf(raw, tallies.raw)();
  const { ours, theirs } = await interleave(
    quick ? QUICK_LIMITS : LIMITS,
    runOf(our, tallies.our),
    runOf(raw, tallies.raw),
  );
  const perCall = (milliseconds: number) => (milliseconds * 1000) / calls;
  const cpu = [ours.map(({ cpuMs }) => perCall(cpuMs)), theirs.map(({ cpuMs }) => perCall(cpuMs))] as const;
  const wall = [ours.map(({ wallMs }) => perCall(wallMs)), theirs.map(({ wallMs }) => perCall(wallMs))] as const;
  return [
    ratio(`cpu_${load}_vs_raw`, ...cpu, RAW),
    ratio(`wall_${load}_vs_raw`, ...wall, RAW),
    measured(`cpu_${load}_us`, 'us per call', cpu[0]),
    measured(`raw_cpu_${load}_us`, 'us per call', cpu[1]),
    ...failures(`calls_${load}`, tallies.our),
    ...failures(`raw_calls_${load}`, tallies.raw),
  ];
}
