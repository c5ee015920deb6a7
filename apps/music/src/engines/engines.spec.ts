import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { planSong } from '@framesong/composer';
import { describeMusicEngine, type SongUnderTest } from '@framesong/providers/music-conformance';
import { createWorkerPool } from '@framesong/workers';
import { createComposer } from '../composer.ts';
import { startToneEngine } from '../testing/tone-engine.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import { createGrpcEngine } from './grpc-engine.ts';

const SONG: SongUnderTest = {
  style: 'folk, warm',
  bpm: 120,
  key: 'C major',
  seed: 7,
  sections: [
    { tag: 'verse', lines: ['the light is low'], durationSeconds: 2 },
    { tag: 'chorus', lines: ['we find the way'], durationSeconds: 2 },
  ],
  tailSeconds: 0.5,
};
const longer = (song: SongUnderTest, durationSeconds: number): SongUnderTest => ({
  ...song,
  sections: song.sections.map((section) => ({ ...section, durationSeconds })),
});

describeMusicEngine('the embedded composer', async () => {
  await using parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'framesong-embedded-'));
  parts.defer(() => rm(folder, { recursive: true }));
  const pool = parts.use(
    createWorkerPool({ name: 'composer', entry: join(import.meta.dirname, '../composer-worker.ts'), size: 1 }),
  );
  const scoreOf = async (name: string, durationSeconds: number): Promise<SongUnderTest> => {
    const plan = planSong({ instrumental: true, style: 'piano', durationSeconds, seed: 1 });
    const scorePath = join(folder, `${name}.json`);
    await writeFile(scorePath, JSON.stringify(plan));
    const sections = plan.sections.map(({ tag, durationSeconds: seconds }) => ({
      tag,
      lines: [],
      durationSeconds: seconds,
    }));
    return { ...SONG, bpm: plan.bpm, key: plan.key, sections, scorePath };
  };
  const [song, longSong] = [await scoreOf('short', 5), await scoreOf('long', 60)];
  const engine = createEmbeddedEngine(createComposer(pool, pool));
  const running = parts.move();
  return { engine, song, longSong, [Symbol.asyncDispose]: () => running.disposeAsync() };
});

describeMusicEngine('an engine over gRPC', async () => {
  await using parts = new AsyncDisposableStack();
  const tones = parts.use(await startToneEngine({ pace: () => setImmediate() }));
  const engine = parts.use(createGrpcEngine({ name: 'tones', address: tones.address, reattachGraceMs: 0 }));
  const running = parts.move();
  return { engine, song: SONG, longSong: longer(SONG, 600), [Symbol.asyncDispose]: () => running.disposeAsync() };
});

// An engine that somebody else has started: tools/check-engines.sh does with those that are not written in TypeScript.
const other = process.env['FRAMESONG_TEST_ENGINE'];
if (other !== undefined) {
  describeMusicEngine(`the engine at ${other}`, () => {
    const engine = createGrpcEngine({ name: 'other', address: other, reattachGraceMs: 0 });
    const [song, longSong] = [SONG, longer(SONG, 200)];
    const end = () => {
      engine[Symbol.dispose]();
      return Promise.resolve();
    };
    return Promise.resolve({ engine, song, longSong, [Symbol.asyncDispose]: end });
  });
}
