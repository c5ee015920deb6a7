import { join } from 'node:path';
import type { Bench, BenchContext, Figure } from '../bench.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import { Tally } from '../measure/tally.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startIdle } from '../processes/idle-process.ts';
import { crashAndResume } from '../song/crash-and-resume.ts';
import { ensureFluidsynth, renderWithFluidsynth, type FluidsynthRun } from '../song/fluidsynth.ts';
import { peakMemoryDuring } from '../song/peak-memory.ts';
import { callForSong, makeSong, saveMidi, type SongRun } from '../song/service-song.ts';

/** Songs by the service against fluidsynth, memory, and what a crash costs. */
export const songBench: Bench = {
  name: 'song',
  about: 'songs of a minute by the music service, against fluidsynth playing the same score with the same soundfont',
  async run(context) {
    const { quick, say } = context;
    const seconds = quick ? 20 : 60;
    await using folder = await makeBenchFolder();
    say('starting music');
    await using stack = await startBenchStack(['music'], folder.path);
    const songs = new Tally(say);
    say(`warming up with a song of ${seconds} s, and looking at memory`);
    const midi = join(folder.path, 'song.mid');
    const { pid } = stack.service('music');
    const peakBytes = await peakMemoryDuring([pid], async () => {
      await saveMidi(stack.framesong, await callForSong(stack.framesong, seconds), midi);
    });
    const figures = await comparison(context, { stack, folder: folder.path, midi, seconds, songs });
    say('killing the service in the middle of a song');
    return [
      ...figures,
      {
        figure: 'peak_memory_mib',
        value: peakBytes / 2 ** 20,
        unit: 'MiB',
        against: 'service and its worker processes, PSS',
      },
      ...(await afterCrashes(quick ? 1 : 3, stack, seconds, say)),
    ];
  },
};

async function comparison(
  { quick, say }: BenchContext,
  parts: { stack: BenchStack; folder: string; midi: string; seconds: number; songs: Tally },
): Promise<Figure[]> {
  const { stack, folder, midi, seconds, songs } = parts;
  await using idle = await startIdle(folder);
  const fluidsynth = ensureFluidsynth(say);
  if ('missing' in fluidsynth) say(`${fluidsynth.missing}; nothing is compared with it`);
  const renders = new Tally(say);
  const byService = () => songs.attempt('a song by the service', () => makeSong(stack, seconds, idle));
  const byFluidsynth = (): Promise<FluidsynthRun | undefined> =>
    'missing' in fluidsynth
      ? Promise.resolve({ wallMs: NaN, cpuMs: NaN })
      : renders.attempt('a render by fluidsynth', () => renderWithFluidsynth(midi, join(folder, 'song.wav')));
  const limits = quick ? { pairs: 2, budgetMs: 0 } : { pairs: 4, budgetMs: 100_000 };
  const { ours, theirs } = await interleave(limits, byService, byFluidsynth);
  const of = (value: (run: SongRun) => number) => ours.map(value);
  const cpuMs = of((run) => run.cpuMs);
  return [
    measured(
      'wall_ms',
      'ms',
      of((run) => run.wallMs),
    ),
    measured('cpu_ms', 'ms', cpuMs),
    measured(
      'realtime_factor',
      'x',
      of((run) => (run.soundSeconds * 1000) / run.wallMs),
      'seconds of sound per second',
    ),
    measured(
      'sound_seconds',
      's',
      of((run) => run.soundSeconds),
    ),
    ...('missing' in fluidsynth ? [] : againstFluidsynth(fluidsynth.version, cpuMs, theirs)),
    measured(
      'loop_delay_p99_music_ms',
      'ms',
      of(({ delays }) => delays[0]!.p99Ms),
    ),
    measured(
      'loop_delay_p99_idle_ms',
      'ms',
      of(({ delays }) => delays[1]!.p99Ms),
    ),
    ...failures('songs', songs),
    ...('missing' in fluidsynth ? [] : failures('fluidsynth_renders', renders)),
  ];
}

function againstFluidsynth(version: string, cpuMs: readonly number[], theirs: readonly FluidsynthRun[]): Figure[] {
  const against = `fluidsynth ${version} rendering the same MIDI file to WAV`;
  const theirCpuMs = theirs.map((run) => run.cpuMs);
  return [measured('fluidsynth_cpu_ms', 'ms', theirCpuMs), ratio('cpu_vs_fluidsynth', cpuMs, theirCpuMs, against)];
}

async function afterCrashes(
  times: number,
  stack: BenchStack,
  seconds: number,
  say: (text: string) => void,
): Promise<Figure[]> {
  const resumes = new Tally(say);
  const seen = [];
  for (let time = 0; time < times; time++) {
    const resumed = await resumes.attempt('going on after kill -9', () => crashAndResume(stack, seconds));
    if (resumed) seen.push(resumed);
  }
  if (seen.length === 0) return failures('resumes', resumes);
  return [
    measured(
      'restart_after_kill_ms',
      'ms',
      seen.map(({ servingMs }) => servingMs),
    ),
    measured(
      'resume_after_serving_ms',
      'ms',
      seen.map(({ afterServingMs }) => afterServingMs),
    ),
    ...failures('resumes', resumes),
  ];
}
