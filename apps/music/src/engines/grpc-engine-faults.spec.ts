import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RenderedSound, RenderProgress, RenderSegmentResponse } from '@framesong/contracts/engine/v1/music_engine';
import { FramesongError, type ErrorCode } from '@framesong/errors';
import type { MusicProgress } from '@framesong/providers/music';
import { configureLog } from '@framesong/telemetry';
import { startScriptedEngine } from '../testing/scripted-engine.ts';
import { createGrpcEngine } from './grpc-engine.ts';

// Each engine that fails writes a line.
configureLog('silent');

const SOUND = Buffer.alloc(100_000, 7);
const sha256 = createHash('sha256').update(SOUND).digest('hex');

const progress = (done: number, changes: Partial<RenderProgress> = {}): RenderSegmentResponse => ({
  part: { $case: 'progress', value: { done, total: 10, unit: 'tokens', stage: 'generate', ...changes } },
});
const sound = (changes: Partial<RenderedSound> = {}): RenderSegmentResponse => ({
  part: {
    $case: 'sound',
    value: {
      mediaType: 'audio/wav',
      sizeBytes: BigInt(SOUND.length),
      sha256,
      sampleRateHz: 48_000,
      channels: 1,
      duration: { seconds: 2n, nanos: 0 },
      engine: 'scripted 1',
      warnings: [],
      ...changes,
    },
  },
});
const chunk = (value: Buffer): RenderSegmentResponse => ({ part: { $case: 'chunk', value } });
const half = SOUND.subarray(0, SOUND.length / 2);
const failure = (code: ErrorCode, reason: string) => new FramesongError('it says why', { code, reason });

/** What the engine sends; an error ends the stream with it. */
type Script = readonly (RenderSegmentResponse | FramesongError)[];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-grpc-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function render(script: Script) {
  await using scripted = await startScriptedEngine(async function* () {
    for (const item of script) {
      if (item instanceof FramesongError) throw item;
      yield await Promise.resolve(item);
    }
  });
  using engine = createGrpcEngine({ name: 'scripted', address: scripted.address, reattachGraceMs: 0 });
  const told: MusicProgress[] = [];
  const made = engine.render(
    {
      renderId: 'take-1',
      style: 'folk',
      bpm: 120,
      key: 'C major',
      seed: 1,
      sections: [{ tag: 'verse', lines: ['la'], durationSeconds: 2 }],
      sectionIndex: 0,
      tailSeconds: 0,
      path: join(folder, 'sound'),
    },
    {
      signal: new AbortController().signal,
      saveTaskId: () => Promise.resolve(),
      onProgress: (one) => told.push(one),
    },
  );
  const [ended] = await Promise.allSettled([made]);
  return { ended, told, asked: scripted.asked.length };
}

describe('an engine over gRPC that misbehaves', () => {
  it.each<[string, Script, ErrorCode, string]>([
    ['ends without a sound', [progress(5)], 'UNAVAILABLE', 'SOUND_NOT_WHOLE'],
    ['ends in the middle of its sound', [sound(), chunk(half)], 'UNAVAILABLE', 'SOUND_NOT_WHOLE'],
    ['sends more than it announced', [sound(), chunk(SOUND), chunk(half)], 'UNAVAILABLE', 'SOUND_NOT_WHOLE'],
    ['sends a sound before it announces one', [chunk(half), sound()], 'UNAVAILABLE', 'SOUND_NOT_WHOLE'],
    ['sends other bytes than it announced', [sound(), chunk(half), chunk(Buffer.from(half).fill(8))], 'UNAVAILABLE', 'SOUND_NOT_WHOLE'], // prettier-ignore
    ['announces more than anybody takes', [sound({ sizeBytes: 2n ** 40n })], 'INVALID_ARGUMENT', 'SOUND_TOO_LARGE'],
    ['fails before it begins', [failure('INTERNAL', 'MODEL_FAILED')], 'INTERNAL', 'MODEL_FAILED'],
    ['fails in the middle', [progress(5), failure('INTERNAL', 'MODEL_FAILED')], 'INTERNAL', 'MODEL_FAILED'],
    ['fails while it sends', [sound(), chunk(half), failure('UNAVAILABLE', 'DISK')], 'UNAVAILABLE', 'DISK'],
    ['is full', [failure('RESOURCE_EXHAUSTED', 'QUEUE_FULL')], 'RESOURCE_EXHAUSTED', 'QUEUE_FULL'],
    ['refuses what it was asked for', [failure('INVALID_ARGUMENT', 'TOO_LONG')], 'INVALID_ARGUMENT', 'TOO_LONG'],
  ])('and %s is asked once, and the error names it', async (_, script, code, reason) => {
    const { ended, asked } = await render(script);
    expect(ended).toMatchObject({ status: 'rejected', reason: { code, reason, metadata: { engine: 'scripted' } } });
    expect(ended).toMatchObject({ reason: { message: expect.stringMatching(/^engine scripted: /) as string } });
    expect(asked).toBe(1);
  });

  it('and is full without saying for how long is asked again after the five seconds of the protocol', async () => {
    const { ended } = await render([failure('RESOURCE_EXHAUSTED', 'QUEUE_FULL')]);
    expect(ended).toMatchObject({ reason: { retryAfterMs: 5_000 } });
    const told = await render([failure('RESOURCE_EXHAUSTED', 'QUEUE_FULL').with({ retryAfterMs: 30_000 })]);
    expect(told.ended).toMatchObject({ reason: { retryAfterMs: 30_000 } });
  });

  it('by telling progress that goes back, beyond its end, or is none, is heard going forwards', async () => {
    const script = [
      progress(2),
      progress(1),
      progress(0, { total: 0 }),
      progress(Number.NaN),
      progress(15),
      progress(3),
    ];
    const { ended, told } = await render([...script, sound(), chunk(SOUND)]);
    expect(ended.status).toBe('fulfilled');
    expect(told.map(({ done }) => done)).toEqual([2, 2, 10, 10]);
  });

  it('by saying nothing of itself is taken for one that makes one render at a time, and songs of any length', async () => {
    await using scripted = await startScriptedEngine(async function* () {
      // Not asked for anything.
    });
    using engine = createGrpcEngine({ name: 'scripted', address: scripted.address, reattachGraceMs: 0 });
    expect(await engine.describe(new AbortController().signal)).toMatchObject({
      lanes: 1,
      maxSongSeconds: 600,
      contextSeconds: 0,
      lyricsLimits: {},
    });
  });
});
