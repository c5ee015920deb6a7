import { submitSong, submitSongBatch } from '@framesong/client';
import { SongFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import { durationOfMs } from '@framesong/rpc';
import type { BenchContext, Figure } from '../bench.ts';
import { heapEnvironment } from '../measure/heap.ts';
import { median } from '../measure/statistics.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startToneEngine } from '../processes/tone-engine.ts';
import { songRequest } from '../song/song-request.ts';
import { lookAtBatch, watchBatch, type BatchLook } from './watch-batch.ts';

const AT_ONCE = 2;
const LIMIT_MS = 3_600_000;
const MIB = 2 ** 20;

/** Many songs at once by an engine that is never the bottleneck, and one of somebody else in the middle of them. */
export async function batchFigures({ quick, say }: Pick<BenchContext, 'quick' | 'say'>): Promise<Figure[]> {
  const count = quick ? 20 : 500;
  await using folder = await makeBenchFolder();
  await using engine = await startToneEngine(0);
  await using stack = await startBenchStack(['music'], folder.path, {
    FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
    FRAMESONG_MUSIC_WORKERS: String(AT_ONCE),
    ...heapEnvironment,
  });
  say(`submitting ${count} songs at once`);
  const startedAt = performance.now();
  const report = await submitSongBatch(stack.framesong.music, () => itemsOf(count), { timeoutMs: LIMIT_MS });
  const submitMs = performance.now() - startedAt;
  const { id, accepted, rejected } = report.batch!;
  say(`${accepted} are accepted after ${(submitMs / 1000).toFixed(0)} s; waiting for them`);
  const watched = watchBatch(stack.framesong, id, stack.service('music'));
  const other = await songOfSomebodyElse(stack, id);
  const looks = await watched;
  const wholeMs = performance.now() - startedAt;
  const succeeded = looks.at(-1)!.succeeded;
  const figure = (name: string, value: number, unit: string, against = ''): Figure => ({ figure: name, value, unit, against }); // prettier-ignore
  return [
    figure('batch_songs', count, 'count', `${rejected} rejected`),
    figure('batch_lost', count - succeeded, 'count', 'must be 0'),
    figure('batch_songs_per_minute', (succeeded / wholeMs) * 60_000, '1/min', `${AT_ONCE} at once`),
    figure('batch_submit_ms_per_song', submitMs / count, 'ms', 'checked, planned, stored'),
    figure('batch_most_running', Math.max(...looks.map(({ running }) => running)), 'count', `at most ${AT_ONCE}`),
    figure('batch_percent_steps_back', stepsBack(looks), 'count', `of ${looks.length} looks; must be 0`),
    ...memoryFigures(looks, figure),
    figure('batch_other_waited_ms', other.waitedMs, 'ms', 'one song of another tenant, behind all of the batch'),
    figure('batch_other_ahead', other.ahead, 'count', 'songs of the batch that ended before it began'),
  ];
}

/** Songs of five seconds that differ by their seed. */
function* itemsOf(count: number): Generator<{ readonly label: string; readonly request: SongRequest }> {
  for (let place = 0; place < count; place++) yield { label: `song ${place}`, request: shortSong(place) };
}

function shortSong(seed: number): SongRequest {
  return {
    ...songRequest(5),
    lyrics: '',
    duration: durationOfMs(5_000),
    seed,
    engine: 'tones',
    outputFormats: [SongFormat.FLAC],
  };
}

async function songOfSomebodyElse(
  { framesong: { music } }: BenchStack,
  batchId: string,
): Promise<{ waitedMs: number; ahead: number }> {
  const metadata = { 'framesong-tenant': 'somebody-else' };
  const { jobs } = music;
  const before = await lookAtBatch(music, batchId);
  const { id } = await submitSong(music, shortSong(1_000_000), { metadata });
  for await (const { event } of jobs.watchJob({ jobId: id, afterSequence: 0n }, { metadata, timeoutMs: LIMIT_MS })) {
    if (event !== undefined && event.sequence > 1n) break;
  }
  const ahead = (await lookAtBatch(music, batchId)).succeeded - before.succeeded;
  const { job } = await jobs.waitJob({ jobId: id }, { metadata, timeoutMs: LIMIT_MS });
  return { waitedMs: (job?.startTime?.getTime() ?? NaN) - (job?.createTime?.getTime() ?? NaN), ahead };
}

function stepsBack(looks: readonly BatchLook[]): number {
  return looks.filter(({ percent }, at) => at > 0 && percent < looks[at - 1]!.percent).length;
}

/** The first quarter warms up: processes that have never encoded grow. */
function memoryFigures(
  looks: readonly BatchLook[],
  figure: (name: string, value: number, unit: string, against?: string) => Figure,
): Figure[] {
  const whole = looks.map(({ memoryBytes }) => memoryBytes / MIB);
  const held = looks.flatMap(({ heldBytes }) => (heldBytes === undefined ? [] : [heldBytes / MIB]));
  const against = 'median of the last quarter less that of the second';
  return [
    figure('batch_held_mib', held.at(-1)!, 'MiB', 'service alone: heap and buffers after all garbage is collected'),
    figure('batch_held_growth_mib', growth(held), 'MiB', `${against}; ${held.length} collections`),
    figure('batch_peak_memory_mib', Math.max(...whole), 'MiB', 'service and its worker processes, PSS'),
    figure('batch_memory_growth_mib', growth(whole), 'MiB', `${against}; with what V8 and malloc keep free`),
  ];
}

function growth(values: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return median(values.slice(-quarter)) - median(values.slice(quarter, 2 * quarter));
}
