import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { SongFormat } from '@framesong/contracts/music/v1/song';
import { durationOfMs } from '@framesong/rpc';
import type { Bench, Figure } from '../bench.ts';
import { percentile } from '../jobs/percentile.ts';
import { watchSong, type Seen } from '../music-long/watch-song.ts';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startBenchStack } from '../processes/bench-stack.ts';
import { startToneEngine, type SentProgress } from '../processes/tone-engine.ts';
import { songRequest } from '../song/song-request.ts';

const SONG_SECONDS = 120;
const SLICES_PER_SECOND = 4;
/** The share of a song's percentage that its engine has. */
const RENDER_PERCENT = 85;

/** One song that takes a quarter of an hour, attached and watched all the time. */
export const musicLongBench: Bench = {
  name: 'music-long',
  about: 'a song whose engine works on it for 15 minutes over gRPC, with a call that waits and a watcher',
  async run({ quick, say }) {
    const renderSeconds = quick ? 20 : 905;
    const pauseMs = (renderSeconds * 1000) / (SONG_SECONDS * SLICES_PER_SECOND);
    await using folder = await makeBenchFolder();
    await using engine = await startToneEngine(pauseMs, true);
    await using stack = await startBenchStack(['music'], folder.path, {
      FRAMESONG_MUSIC_ENGINES: `tones=${engine.address}`,
      FRAMESONG_MUSIC_TIMEOUT: '1200s',
    });
    say(`an engine works on a song for ${renderSeconds} s`);
    const limitMs = 1_300_000;
    const startedAt = Date.now();
    const call = stack.framesong.music.rpc.generateSong(
      { request: request(), detachOnDisconnect: false },
      { timeoutMs: limitMs },
    );
    let watched: Promise<Seen> | undefined;
    let attachedEvents = 0;
    let wholeMs = NaN;
    for await (const { part } of call) {
      if (part?.$case === 'accepted') watched = watchSong(stack.framesong, part.value.id, limitMs);
      else if (part?.$case === 'event') attachedEvents++;
      else if (part?.$case === 'song') wholeMs = Date.now() - startedAt;
    }
    if (!watched) throw new Error('the song was not accepted');
    return figuresOf(await watched, engine.progress, { startedAt, wholeMs, attachedEvents });
  },
};

function request(): SongRequest {
  return {
    ...songRequest(SONG_SECONDS),
    engine: 'tones',
    segmented: false,
    outputFormats: [SongFormat.FLAC, SongFormat.MP3],
    runTimeout: durationOfMs(1_200_000),
  };
}

function figuresOf(
  seen: Seen,
  sent: readonly SentProgress[],
  { startedAt, wholeMs, attachedEvents }: { startedAt: number; wholeMs: number; attachedEvents: number },
): Figure[] {
  const engineMs = (sent.at(-1)?.atMs ?? NaN) - (sent[0]?.atMs ?? NaN);
  const totalSeconds = Math.max(...sent.map(({ doneSeconds }) => doneSeconds));
  const latencies = seen.events
    .filter(({ event }) => event.message.includes('generate'))
    .map(({ event, atMs }) => {
      const doneSeconds = (event.percent / RENDER_PERCENT) * totalSeconds;
      const nearest = sent.toSorted((a, b) => Math.abs(a.doneSeconds - doneSeconds) - Math.abs(b.doneSeconds - doneSeconds))[0]!; // prettier-ignore
      return atMs - nearest.atMs;
    });
  const figure = (name: string, value: number, unit: string, against = ''): Figure => ({ figure: name, value, unit, against }); // prettier-ignore
  return [
    figure('whole_s', wholeMs / 1000, 's', 'from the call to its song'),
    figure('engine_s', engineMs / 1000, 's', 'from the first to the last progress of the engine'),
    figure('before_engine_ms', (sent[0]?.atMs ?? NaN) - startedAt, 'ms', 'accepted, planned, asked'),
    figure(
      'after_engine_ms',
      startedAt + wholeMs - (sent.at(-1)?.atMs ?? NaN),
      'ms',
      'fetched, levelled, joined, encoded',
    ),
    figure('events', seen.events.length, 'count', `${attachedEvents} came with the call itself`),
    figure('measured_events', latencies.length, 'count', `${sent.length} were told by the engine`),
    figure('watch_latency_p50_ms', percentile(latencies, 0.5), 'ms', 'from the engine to the watcher'),
    figure('watch_latency_p95_ms', percentile(latencies, 0.95), 'ms', 'from the engine to the watcher'),
    figure('heartbeats', seen.heartbeats, 'count'),
    figure('longest_quiet_ms', seen.longestQuietMs, 'ms', 'between two messages to the watcher'),
    figure('disconnects', seen.disconnects, 'count', 'must be 0'),
  ];
}
