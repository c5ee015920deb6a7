import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import type { MusicEngine, MusicProgress, MusicRequest } from '@framesong/providers/music';
import { runInContext } from '@framesong/rpc';
import { startToneEngine, type ToneEngine } from '../testing/tone-engine.ts';
import { createGrpcEngine } from './grpc-engine.ts';

const BEGINNING_SECONDS = 0.5;

describe('a render over gRPC', () => {
  let folder: string;
  let tones: ToneEngine;
  let engine: MusicEngine & Disposable;
  /** Renders stand still after their beginning until this is resolved. */
  let goOn: PromiseWithResolvers<unknown>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-grpc-engine-'));
    goOn = Promise.withResolvers<unknown>();
    tones = await startToneEngine({
      pace: (_request, doneSeconds) => (doneSeconds < BEGINNING_SECONDS ? Promise.resolve() : goOn.promise),
    });
    engine = createGrpcEngine({ name: 'tones', address: tones.address, reattachGraceMs: 60_000 });
  });
  afterEach(async () => {
    goOn.resolve(undefined);
    engine[Symbol.dispose]();
    await tones[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const request = (changes: Partial<MusicRequest> = {}): MusicRequest => ({
    renderId: 'take-1',
    style: 'folk',
    bpm: 120,
    key: 'C major',
    seed: 1,
    sections: [{ tag: 'verse', lines: ['la'], durationSeconds: 2 }],
    sectionIndex: 0,
    tailSeconds: 0,
    path: join(folder, 'sound'),
    ...changes,
  });
  const idle = new AbortController().signal;
  /** Begins a render; `isHalfway` resolves once it stands still in the middle. */
  const begin = (wish: MusicRequest, signal = idle) => {
    const halfway = Promise.withResolvers<unknown>();
    // Not everybody waits for it.
    halfway.promise.catch(() => undefined);
    const progress: MusicProgress[] = [];
    const made = engine.render(wish, {
      signal,
      saveTaskId: () => Promise.resolve(),
      onProgress: (told) => {
        progress.push(told);
        if (told.done >= BEGINNING_SECONDS) halfway.resolve(undefined);
      },
    });
    made.catch(halfway.reject);
    return { made, progress, isHalfway: halfway.promise };
  };
  const aborted = (reason: string, code: 'CANCELLED' | 'UNAVAILABLE') =>
    new FramesongError('the work stops', { code, reason });

  it('that is asked for twice is made once, and both get the same bytes', async () => {
    const first = begin(request());
    await first.isHalfway;
    const second = begin(request({ path: join(folder, 'again') }));
    await second.isHalfway;
    goOn.resolve(undefined);
    await Promise.all([first.made, second.made]);
    expect(tones.begun).toEqual(['take-1']);
    expect(await readFile(join(folder, 'again'))).toEqual(await readFile(join(folder, 'sound')));
  });

  it('is refused under an id that has other content', async () => {
    const first = begin(request());
    await first.isHalfway;
    await expect(begin(request({ seed: 2, path: join(folder, 'other') })).made).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      message: 'engine tones: render take-1 has other content',
      metadata: { engine: 'tones' },
    });
    goOn.resolve(undefined);
    await expect(first.made).resolves.toMatchObject({ mediaType: 'audio/wav', engine: 'tones 1' });
  });

  it('that is cancelled stops the engine, and is begun anew when it is asked for again', async () => {
    const stop = new AbortController();
    const cancelled = begin(request(), stop.signal);
    await cancelled.isHalfway;
    stop.abort(aborted('CANCELLED', 'CANCELLED'));
    await expect(cancelled.made).rejects.toMatchObject({ code: 'CANCELLED', message: 'the work stops' });
    goOn.resolve(undefined);
    expect(tones.stopped()).toEqual(['take-1']);
    await begin(request()).made;
    expect(tones.begun).toEqual(['take-1', 'take-1']);
  });

  it('that ends with its whole job stops the engine too, although no call of that job goes out any more', async () => {
    const stop = new AbortController();
    const job = { signal: stop.signal, deadlineEpochMs: Infinity };
    const cancelled = runInContext(job, () => begin(request(), stop.signal));
    await cancelled.isHalfway;
    stop.abort(aborted('CANCELLED', 'CANCELLED'));
    await expect(cancelled.made).rejects.toMatchObject({ code: 'CANCELLED' });
    goOn.resolve(undefined);
    expect(tones.stopped()).toEqual(['take-1']);
  });

  it('goes on when only this process stops, and the next one joins it', async () => {
    const stop = new AbortController();
    const left = begin(request(), stop.signal);
    await left.isHalfway;
    stop.abort(aborted('WORKER_STOPPING', 'UNAVAILABLE'));
    await expect(left.made).rejects.toMatchObject({ reason: 'WORKER_STOPPING' });
    using next = createGrpcEngine({ name: 'tones', address: tones.address, reattachGraceMs: 60_000 });
    goOn.resolve(undefined);
    await next.render(request(), { signal: idle, saveTaskId: () => Promise.resolve() });
    expect(tones.begun).toEqual(['take-1']);
    expect(tones.stopped()).toEqual([]);
  });

  it('says by name which engine cannot be reached, and that a repeat can help', async () => {
    await tones[Symbol.asyncDispose]();
    await expect(engine.check(idle)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('engine tones') as string,
      metadata: { engine: 'tones' },
    });
    await expect(begin(request()).made).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
