import { submitSong, watchJob } from '@framesong/client';
import { JobState, type Job } from '@framesong/contracts/job/v1/job';
import { Song, SongFormat, type SongRequest } from '@framesong/contracts/music/v1/song';
import type { BenchContext, Figure } from '../bench.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startToneEngine, type ToneEngine } from '../processes/tone-engine.ts';
import { songRequest } from '../song/song-request.ts';
import { seededRandom } from '../timeouts/seeded-random.ts';

const LYRICS =
  '[verse]\nthe light is low\n[chorus]\nwe find the way\n[verse]\nthe road is long\n[chorus]\nwe find the way\n';
/** Before each quarter of a second of sound: a section is worked on for about a second. */
const PAUSE_MS = 60;
const LIMIT_MS = 300_000;
const MOST_KILLS_OF_A_SONG = 3;
const ENGINES = ['tones', 'embedded'] as const;

/** What became of one song whose service was killed. */
interface Disturbed {
  readonly kills: number;
  /** Sections that were finished before a kill and begun again after it. */
  readonly redone: number;
  readonly job: Job;
}

/** Songs whose service is killed while their sections are made, until so many kills have hit one at work. */
export async function crashFigures({ quick, say }: Pick<BenchContext, 'quick' | 'say'>): Promise<Figure[]> {
  const wanted = quick ? 4 : 40;
  const random = seededRandom(7);
  await using folder = await makeBenchFolder();
  await using engine = await startToneEngine(PAUSE_MS);
  await using stack = await startBenchStack(['music'], folder.path, {
    FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
    // What is at work when the service dies is lost, so that it has to be begun again and counts.
    FRAMESONG_MUSIC_REATTACH_GRACE: '0s',
  });
  const undisturbed = new Map<string, readonly string[]>();
  for (const name of ENGINES) undisturbed.set(name, digestsOf((await disturbedSong(stack, engine, name, () => 0)).job));
  let [kills, redone, lost, other, songs] = [0, 0, 0, 0, 0];
  for (; kills < wanted; songs++) {
    const name = ENGINES[songs % ENGINES.length]!;
    const left = Math.min(MOST_KILLS_OF_A_SONG, wanted - kills);
    const seen = await disturbedSong(stack, engine, name, (kill) => (kill < left ? 2 + Math.floor(random() * 12) : 0));
    kills += seen.kills;
    redone += seen.redone;
    if (seen.job.state !== JobState.SUCCEEDED) lost++;
    else if (digestsOf(seen.job).join() !== undisturbed.get(name)!.join()) other++;
    say(`${kills} of ${wanted} kills, ${songs + 1} songs`);
  }
  const against = `${songs} songs by ${ENGINES.join(' and ')}`;
  return [
    { figure: 'crashes', value: kills, unit: 'count', against: 'kill -9 of the service while a song was made' },
    {
      figure: 'segments_redone',
      value: redone,
      unit: 'count',
      against: 'sections that were finished at the engine before the kill; must be 0',
    },
    { figure: 'crashed_songs_lost', value: lost, unit: 'count', against: `${against}; must be 0` },
    { figure: 'crashed_songs_with_other_bytes', value: other, unit: 'count', against: `${against}; must be 0` },
  ];
}

/** @param eventsBefore after how many more events the service is killed for the n-th time; 0 for never again */
async function disturbedSong(
  stack: BenchStack,
  engine: ToneEngine,
  name: string,
  eventsBefore: (kill: number) => number,
): Promise<Disturbed> {
  const { music } = stack.framesong;
  const { id } = await submitSong(music, request(name), { timeoutMs: LIMIT_MS });
  const kills: { readonly finished: readonly string[]; readonly begun: number }[] = [];
  let [finished, sequence] = [0, 0];
  for (;;) {
    let left = eventsBefore(kills.length) || Infinity;
    for await (const event of watchJob(music.jobs, id, { afterSequence: sequence, timeoutMs: LIMIT_MS })) {
      sequence = Number(event.sequence);
      finished = Math.max(finished, Number(/^section (\d+) of/.exec(event.message)?.[1] ?? 0));
      if (--left <= 0) break;
    }
    const { job } = await music.jobs.getJob({ jobId: id });
    if (job?.state !== JobState.RUNNING) break;
    await stack.service('music').end('SIGKILL');
    const begun = own(engine, id);
    // An engine with one lane begins the sections of a song in their order.
    kills.push({ finished: [...new Set(begun)].slice(0, finished), begun: begun.length });
    stack.restart('music');
  }
  const { job } = await music.jobs.waitJob({ jobId: id }, { timeoutMs: LIMIT_MS });
  const isRedone = (renderId: string, place: number) =>
    kills.some((kill) => place >= kill.begun && kill.finished.includes(renderId));
  return { kills: kills.length, redone: own(engine, id).filter(isRedone).length, job: job! };
}

const own = ({ begun }: ToneEngine, jobId: string): string[] => begun.filter((renderId) => renderId.startsWith(jobId));

function request(engine: string): SongRequest {
  return {
    ...songRequest(10),
    lyrics: LYRICS,
    style: 'pop',
    duration: undefined,
    bpm: 240,
    engine,
    outputFormats: [SongFormat.FLAC, SongFormat.LRC],
  };
}

function digestsOf({ result }: Job): readonly string[] {
  return result ? Song.decode(result.value).files.map(({ artifact }) => artifact?.digest ?? '') : [];
}
