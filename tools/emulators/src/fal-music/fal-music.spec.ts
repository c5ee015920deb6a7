import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import {
  createFalMusicAdapter,
  createMusicEngine,
  type FalMusicOptions,
  type HttpMusicEngine,
  type MusicCallContext,
} from '@framesong/providers/music';
import { startEmulator, type Emulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { falMusicEmulator } from './fal-music-emulator.ts';

let folder: string;
let emulator: Emulator;
let engine: HttpMusicEngine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-fal-music-'));
});
afterEach(async () => {
  await engine.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function open(options: Partial<FalMusicOptions> = {}, variants: Record<string, string> = {}): Promise<void> {
  emulator = await startEmulator(falMusicEmulator, { variants });
  engine = createMusicEngine(
    createFalMusicAdapter({
      baseUrl: emulator.url,
      key: { value: emulator.key, setting: 'KEY' },
      http: { repeats: { firstMs: 1, maxMs: 2 } },
      poll: { everyMs: 2 },
      ...options,
    }),
  );
}

const idle = new AbortController().signal;
const render = (context: Partial<MusicCallContext> = {}, song = SHORT_SONG) =>
  engine.render(
    { ...song, renderId: 'song-1', path: join(folder, 'song') },
    { signal: idle, saveTaskId: () => Promise.resolve(), ...context },
  );
const bodyOf = (at: number): unknown => JSON.parse(ordersOf()[at]!.bytes.toString());
const ordersOf = () => emulator.seen.filter(({ purpose }) => purpose === 'order');

describe('fal', () => {
  it('is asked in the words of its model, and keeps the request under owner and app', async () => {
    await open();
    const { engine: made, warnings } = await render();
    expect(bodyOf(0)).toEqual({
      prompt: 'folk, warm, 120 bpm, C major',
      lyrics: '[Verse]\nthe light is low\n\n[Chorus]\nwe find the way',
      is_instrumental: false,
    });
    expect(emulator.seen[1]!.path).toMatch(/^\/fal-ai\/minimax-music\/requests\/[0-9a-f-]+\/status$/);
    expect(made).toBe('fal fal-ai/minimax-music/v2.5');
    expect(warnings).toEqual([expect.stringContaining('how long'), expect.stringContaining('no seed')]);
    const sections = ['intro', 'inst'].map((tag) => ({ tag, lines: [], durationSeconds: 10 }));
    await render({}, { ...SHORT_SONG, sections });
    expect(bodyOf(1)).toMatchObject({ is_instrumental: true, lyrics: '[Intro]\n\n[Inst]' });
  });

  it('takes another model by name, with length and seed where that one knows them', async () => {
    await open({ model: 'fal-ai/ace-step' });
    const { warnings } = await render({}, { ...SHORT_SONG, seed: 2 ** 32 + 5 });
    expect(ordersOf()[0]!.path).toBe('/fal-ai/ace-step');
    expect(bodyOf(0)).toMatchObject({ duration: 20, seed: 5 });
    expect(warnings).toEqual([]);
    await render({}, { ...SHORT_SONG, sections: [{ tag: 'intro', lines: [], durationSeconds: 10 }] });
    expect(bodyOf(1)).toMatchObject({ lyrics: '[Instrumental]' });
  });

  it('takes fields of the operator over those that are known, and null takes one away', async () => {
    await open({
      input: '{"prompt": "{style} at {bpm}", "is_instrumental": null, "audio_setting": {"format": "mp3"}}',
    });
    await render();
    expect(bodyOf(0)).toEqual({
      prompt: 'folk, warm at 120',
      lyrics: expect.any(String) as string,
      audio_setting: { format: 'mp3' },
    });
  });

  it('buys nothing of a model of which nobody has said what it takes', async () => {
    await open({ model: 'somebody/else' });
    const unknown = { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_MODEL_UNKNOWN', outcome: 'not_sent' };
    await expect(render()).rejects.toMatchObject({
      ...unknown,
      message: expect.stringContaining('FRAMESONG_FAL_MUSIC_INPUT') as string,
    });
    await expect(engine.describe(idle)).rejects.toMatchObject({ code: unknown.code, reason: unknown.reason });
    expect(emulator.seen).toHaveLength(0);
  });

  it('says which model is paid for, and for how much', async () => {
    await open({ prices: new Map([['fal-ai/minimax-music/v2.5', { perImage: '0.15', currency: 'USD' }]]) });
    expect(await engine.describe(idle)).toMatchObject({
      isPaid: true,
      paidModel: { name: 'fal-ai/minimax-music/v2.5', price: { currency: 'USD', amount: '0.15' } },
    });
  });

  it('ends the work where it runs when nobody wants it any more, and says that it may be charged for', async () => {
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
    expect((await cancelled).method).toBe('PUT');
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

  it('lets the work go on when only this process stops: the next one takes it up by its id', async () => {
    await open({}, { polls: '3' });
    const stop = new AbortController();
    let taskId = '';
    const saveTaskId = (id: string) => Promise.resolve(void (taskId = id));
    const asked = emulator.next('poll');
    const rendering = render({ signal: stop.signal, saveTaskId });
    await asked;
    stop.abort(new FramesongError('this process stops', { code: 'UNAVAILABLE', reason: 'WORKER_STOPPING' }));
    await expect(rendering).rejects.toMatchObject({ reason: 'WORKER_STOPPING' });
    await render({ savedTaskId: taskId });
    expect(emulator.paid.all).toHaveLength(1);
    expect(emulator.seen.filter(({ purpose }) => purpose === 'cancel')).toHaveLength(0);
  });

  it('shows a refusal of the model with the result, and nobody knows whether it is charged for', async () => {
    await open({}, { end: 'moderated' });
    await expect(render()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_CONTENT_REFUSED',
      outcome: 'sent_unknown',
    });
  });

  it('that has forgotten the work, or holds no sound of it, says that it is lost', async () => {
    await open({}, { result: 'picture' });
    const lost = { code: 'FAILED_PRECONDITION', outcome: 'billed' };
    await expect(render()).rejects.toMatchObject({ ...lost, reason: 'PROVIDER_RESULT_GONE' });
    await expect(render({ savedTaskId: 'unknown' })).rejects.toMatchObject({ ...lost, reason: 'PROVIDER_TASK_LOST' });
    expect(emulator.paid.all).toHaveLength(1);
  });

  it.each(['audio', 'audio_file'])('names its sound as %s', async (result) => {
    await open({}, { result });
    await expect(render()).resolves.toMatchObject({ mediaType: 'audio/wav' });
  });
});
