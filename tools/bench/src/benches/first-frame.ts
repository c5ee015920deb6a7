import type { Bench, BenchContext, Figure } from '../bench.ts';
import { drawFrameInput } from '../first-frame/frame-input.ts';
import { makeWithLibrary, startLibrary } from '../first-frame/library-run.ts';
import { makeWithServices, prepareRequest } from '../first-frame/service-run.ts';
import { measureSetUp, measureStarts } from '../first-frame/start-times.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack } from '../processes/bench-stack.ts';
import { startIdle } from '../processes/idle-process.ts';

const LIBRARY = 'compression and compositor called in one process, same picture';

/** Services against libraries, and how long everything takes to start. */
export const firstFrameBench: Bench = {
  name: 'first-frame',
  about: 'first frames of 1280x720 by the services, against the same libraries called directly',
  async run(context) {
    return [...(await frameFigures(context)), ...(await startFigures(context))];
  },
};

async function frameFigures({ quick, say }: BenchContext): Promise<Figure[]> {
  await using folder = await makeBenchFolder();
  const input = await drawFrameInput(folder.path);
  say(`${input.described}; starting compression and image-generation`);
  await using stack = await startBenchStack(['compression', 'image-generation'], folder.path);
  await using library = await startLibrary(folder.path);
  await using idle = await startIdle(folder.path);
  const request = await prepareRequest(stack.framesong, input);

  const frames = new Tally(say);
  const byServices = () => frames.attempt('a frame by the services', () => makeWithServices(stack, request, idle));
  say('warming up');
  const first = await byServices();
  const own = await makeWithLibrary(library, input);
  if (first && first.sha256 !== own.sha256) throw new Error('services and libraries made different pictures');
  // Each service has several worker processes, and each of them warms up by itself.
  for (let run = 0; run < (quick ? 1 : 5); run++) await byServices();
  if (!quick) await makeWithLibrary(library, input);
  const limits = quick ? { pairs: 3, budgetMs: 20_000 } : { pairs: 12, budgetMs: 110_000 };
  const { ours, theirs } = await interleave(limits, byServices, () => makeWithLibrary(library, input));

  const delaysOf = (index: number) => ours.map(({ delays }) => delays[index]!.p99Ms);
  const of = (key: 'wallMs' | 'cpuMs' | 'previewMs') =>
    [ours.map((run) => run[key]), theirs.map((run) => run[key])] as const;
  return [
    measured('wall_ms', 'ms', of('wallMs')[0]),
    measured('cpu_ms', 'ms', of('cpuMs')[0]),
    measured('preview_after_ms', 'ms', of('previewMs')[0]),
    measured('library_wall_ms', 'ms', of('wallMs')[1]),
    measured('library_cpu_ms', 'ms', of('cpuMs')[1]),
    ratio('wall_service_vs_library', ...of('wallMs'), LIBRARY),
    ratio('cpu_service_vs_library', ...of('cpuMs'), LIBRARY),
    measured('loop_delay_p99_compression_ms', 'ms', delaysOf(0)),
    measured('loop_delay_p99_image_generation_ms', 'ms', delaysOf(1)),
    measured('loop_delay_p99_idle_ms', 'ms', delaysOf(2)),
    ratio('loop_delay_p99_image_generation_vs_idle', delaysOf(1), delaysOf(2), 'a process beside it that does nothing'),
    ...failures('frames', frames),
  ];
}

async function startFigures({ quick, say }: BenchContext): Promise<Figure[]> {
  const starts = new Tally(say);
  say('starting from nothing, and again');
  const { cold, warm } = await measureStarts(quick ? 1 : 3, starts);
  const setUps = new Tally(say);
  const setUpMs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const took = await setUps.attempt('the set-up', measureSetUp);
    if (took !== undefined) setUpMs.push(took);
  }
  return [
    ...(cold.length > 0 ? [measured('start_cold_ms', 'ms', cold)] : []),
    ...(warm.length > 0 ? [measured('start_warm_ms', 'ms', warm)] : []),
    ...failures('starts', starts),
    ...(setUpMs.length > 0 ? [measured('set_up_warm_ms', 'ms', setUpMs)] : []),
    ...failures('set_ups', setUps),
  ];
}
