import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import {
  createMusicEngine,
  createReplicateMusicAdapter,
  type HttpMusicEngine,
  type MusicCallContext,
  type ReplicateMusicOptions,
} from '@framesong/providers/music';
import { startEmulator, type Emulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { replicateMusicEmulator } from './replicate-music-emulator.ts';

let folder: string;
let emulator: Emulator;
let engine: HttpMusicEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-replicate-music-'));
});
afterEach(async () => {
  await engine.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function open(options: Partial<ReplicateMusicOptions> = {}, variants: Record<string, string> = {}) {
  emulator = await startEmulator(replicateMusicEmulator, { variants });
  engine = createMusicEngine(
    createReplicateMusicAdapter({
      baseUrl: `${emulator.url}/v1`,
      key: { value: emulator.key, setting: 'KEY' },
      http: { repeats: { firstMs: 1, maxMs: 2 } },
      poll: { everyMs: 2, limitMs: 60_000 },
      ...options,
    }),
  );
}

const idle = new AbortController().signal;
const render = (context: Partial<MusicCallContext> = {}) =>
  engine.render(
    { ...SHORT_SONG, renderId: 'song-1', path: join(folder, 'song') },
    { signal: idle, saveTaskId: () => Promise.resolve(), ...context },
  );

describe('Replicate, for music', () => {
  it.each([
    [undefined, '/v1/models/minimax/music-2.5/predictions', undefined],
    ['minimax/music-1.5', '/v1/models/minimax/music-1.5/predictions', undefined],
    ['lucataco/ace-step', '/v1/predictions', '280fc4f9ee507577f880a167f639c02622421d8fecf492454320311217b688f1'],
  ])('asks for the model %s where it is found', async (model, path, version) => {
    await open(model === undefined ? {} : { model });
    await render();
    const order = emulator.seen.find(({ purpose }) => purpose === 'order')!;
    expect(order.path).toBe(path);
    expect((JSON.parse(order.bytes.toString()) as { version?: string }).version).toBe(version);
    // Twice what it may be silent for.
    expect(order.headers['cancel-after']).toBe('120s');
  });

  it('takes a version after the name', async () => {
    await open({ model: 'lucataco/ace-step:other', input: '{"tags": "{style}"}' });
    await expect(render()).rejects.toMatchObject({ reason: 'PROVIDER_NOT_FOUND', outcome: 'rejected' });
    const order = emulator.seen.find(({ purpose }) => purpose === 'order')!;
    expect(JSON.parse(order.bytes.toString())).toEqual({ version: 'other', input: { tags: 'folk, warm' } });
  });

  it('whose result has been removed is lost, and is not ordered again by itself', async () => {
    await open({}, { output: 'removed' });
    await expect(render()).rejects.toMatchObject({ reason: 'PROVIDER_RESULT_GONE', outcome: 'billed' });
    expect(emulator.paid.all).toHaveLength(1);
  });

  it.each(['url', 'urls', 'data'])('gives its output as %s, and the sound is found', async (output) => {
    await open({}, { output });
    const { mediaType, sizeBytes } = await render();
    expect(mediaType).toBe('audio/wav');
    expect(sizeBytes).toBeGreaterThan(100_000);
  });

  it.each([
    ['failed', { code: 'UNAVAILABLE', reason: 'PROVIDER_TASK_FAILED', outcome: 'billed' }],
    ['sensitive', { code: 'INVALID_ARGUMENT', reason: 'PROVIDER_CONTENT_REFUSED', outcome: 'billed' }],
    ['aborted', { code: 'UNAVAILABLE', reason: 'PROVIDER_TASK_ABORTED', outcome: 'rejected' }],
  ])('that ends as %s says how money stands', async (end, wanted) => {
    await open({}, { end });
    await expect(render()).rejects.toMatchObject(wanted);
  });

  it('ends the work where it runs when nobody wants it any more', async () => {
    await open({}, { polls: '1000' });
    const stop = new AbortController();
    const asked = emulator.next('poll');
    const cancelled = emulator.next('cancel');
    const rendering = render({ signal: stop.signal });
    await asked;
    stop.abort(new FramesongError('another idea', { code: 'CANCELLED', reason: 'CANCELLED' }));
    await expect(rendering).rejects.toMatchObject({
      code: 'CANCELLED',
      outcome: 'sent_unknown',
      metadata: { providerTask: 'cancelled' },
    });
    expect((await cancelled).path).toMatch(/^\/v1\/predictions\/[0-9a-f]+\/cancel$/);
  });

  it('ends the work also when it is cancelled in the moment in which its id is noted', async () => {
    await open({}, { polls: '1000' });
    const stop = new AbortController();
    const cancelled = emulator.next('cancel');
    const idea = new FramesongError('another idea', { code: 'CANCELLED', reason: 'CANCELLED' });
    const saveTaskId = () => {
      stop.abort(idea);
      return Promise.resolve();
    };
    const rendering = render({ signal: stop.signal, saveTaskId });
    await expect(rendering).rejects.toMatchObject({
      code: 'CANCELLED',
      outcome: 'sent_unknown',
      metadata: { providerTask: 'cancelled' },
    });
    await cancelled;
  });

  it('says how money stands when it fails before and after the order', async () => {
    await open();
    const fired = AbortSignal.abort(new FramesongError('too late', { code: 'CANCELLED', reason: 'CANCELLED' }));
    await expect(render({ signal: fired })).rejects.toMatchObject({ code: 'CANCELLED', outcome: 'not_sent' });
    await expect(render({ savedTaskId: 'gone' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'PROVIDER_TASK_LOST',
      outcome: 'billed',
    });
    expect(emulator.paid.all).toHaveLength(0);
  });
});
