import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import {
  createMusicEngine,
  createSongGenerationHttpAdapter,
  type HttpMusicEngine,
  type MusicRequest,
} from '@framesong/providers/music';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { songGenerationHttpEmulator } from './songgeneration-http-emulator.ts';

let folder: string;
let emulator: Emulator;
let engine: HttpMusicEngine;

async function open(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startEmulator(songGenerationHttpEmulator(), options);
  engine = engineAt(emulator);
}

function engineAt({ url }: Emulator): HttpMusicEngine {
  return createMusicEngine(
    createSongGenerationHttpAdapter({
      baseUrl: url,
      key: { setting: 'KEY' },
      http: { repeats: { firstMs: 1, maxMs: 2 } },
      lane: { everyMs: 5, questionMs: 50 },
    }),
  );
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-wrapper-'));
});
afterEach(async () => {
  await engine.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

const request = (changes: Partial<MusicRequest> = {}): MusicRequest => ({
  ...SHORT_SONG,
  renderId: 'song-1',
  path: join(folder, 'song'),
  ...changes,
});
const idle = new AbortController().signal;
const render = (wish: MusicRequest = request(), signal = idle, by = engine) =>
  by.render(wish, { signal, saveTaskId: () => Promise.resolve() });
const ordersOf = ({ seen }: Emulator) => seen.filter(({ purpose }) => purpose === 'order');
const digestOf = async (path: string) => createHash('sha256').update(await readFile(path)).digest('hex'); // prettier-ignore
const words = (line: string) => [{ tag: 'verse', lines: [line], durationSeconds: 10 }];

describe('the HTTP wrapper around SongGeneration', () => {
  it('is asked for the whole song in its own form, with a genre that it knows', async () => {
    await open();
    await render(request({ style: 'warm folk, popular', bpm: 96, key: 'A minor' }));
    const body = JSON.parse(ordersOf(emulator)[0]!.bytes.toString()) as unknown;
    expect(body).toEqual({
      lyrics: '[verse]\nthe light is low\n\n[chorus]\nwe find the way',
      description: 'warm folk, popular, A minor, the bpm is 96',
      genre: 'Folk',
    });
    // Nothing is drawn by lot where the style names none.
    await render(request({ style: 'something new' }));
    expect(JSON.parse(ordersOf(emulator)[1]!.bytes.toString())).not.toHaveProperty('genre');
  });

  it('refuses what it never makes before anything is sent: a single section, and a song without words', async () => {
    await open();
    const sections = [{ tag: 'inst', lines: [], durationSeconds: 10 }];
    for (const wish of [request({ sectionIndex: 0 }), request({ sections })])
      await expect(render(wish)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await engine.describe(idle)).toMatchObject({ needsWords: true, maxSongSeconds: 120 });
    expect(emulator.seen).toHaveLength(0);
  });

  it('never gives somebody the song of somebody else, however many ask at once', async () => {
    await open({ latencyMs: 40 });
    const other = engineAt(emulator);
    const songs = ['a', 'b', 'c'];
    const ask = async (by: HttpMusicEngine, song: string, name: string) => {
      await render(request({ renderId: name, path: join(folder, name), sections: words(song) }), idle, by);
      return digestOf(join(folder, name));
    };
    const together = await Promise.all(songs.map((song, at) => ask(at === 1 ? other : engine, song, `together-${at}`)));
    await other.close();
    const alone: string[] = [];
    for (const song of songs) alone.push(await ask(engine, song, `alone-${song}`));
    expect(together).toEqual(alone);
    expect(new Set(alone).size).toBe(songs.length);
    // Nor is the way ever used on which no file is named.
    expect(emulator.seen.map(({ path }) => path)).not.toContain('/generate_async');
  });

  it('goes on with a song that was given up, and the next one waits until it answers again', async () => {
    await open({ latencyMs: 250 });
    const stop = new AbortController();
    const arrived = emulator.next('order');
    const givenUp = render(request({ renderId: 'given up' }), stop.signal);
    await arrived;
    stop.abort(new FramesongError('another idea', { code: 'CANCELLED', reason: 'CANCELLED' }));
    await expect(givenUp).rejects.toThrow('another idea');
    const asked = emulator.next('free');
    const next = render();
    await asked;
    expect(ordersOf(emulator)).toHaveLength(1);
    await next;
    const [first, second] = emulator.paid.all;
    expect(emulator.paid.all).toHaveLength(2);
    // Two paragraphs of 250 ms each: nothing was sent while they were at work.
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(490);
    const questions = emulator.seen.filter(({ path }) => path === '/health');
    expect(questions.length).toBeGreaterThan(2);
  });

  it('tells a fault of the request as one, although it comes as a failure with status 500', async () => {
    await open();
    // A line of marks alone, of which nothing is left to sing.
    await expect(render(request({ sections: words('[.]') }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_REFUSED_REQUEST',
      outcome: undefined,
      metadata: { providerStatus: '400', providerMessage: '歌词必须包含至少一个人声段落' },
    });
    expect(emulator.paid.all).toHaveLength(0);
  });

  it('that has no model yet is asked again later, and gets nothing to do', async () => {
    await open({ variants: { model: 'unloaded' } });
    await expect(render()).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_NOT_READY' });
    await expect(engine.check(idle)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_NOT_READY' });
    expect(ordersOf(emulator)).toHaveLength(0);
  });

  it('that loses a song is asked once more, and not a third time', async () => {
    await open();
    emulator.faults.replace([{ kind: 'lost_answer', on: 'order' }]);
    await expect(render()).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: undefined });
    await expect(render()).rejects.toMatchObject({ code: 'ABORTED', reason: 'RENDER_LOST', outcome: undefined });
    expect(emulator.paid.all).toHaveLength(2);
    emulator.faults.replace([]);
    // What a person asks for again begins anew.
    await expect(render()).resolves.toBeDefined();
  });

  it('keeps a song whose way to us broke, so that it is fetched and not made again', async () => {
    await open();
    emulator.faults.replace([{ kind: 'reset_connection', on: 'result' }]);
    await expect(render()).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_CONNECTION_LOST' });
    emulator.faults.replace([]);
    await render();
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('that has deleted a song has to make it again', async () => {
    await open({ variants: { files: 'gone' } });
    await expect(render()).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_GONE' });
    await expect(render()).rejects.toMatchObject({ code: 'ABORTED', reason: 'RENDER_LOST' });
    expect(emulator.paid.all).toHaveLength(2);
  });

  it.each(['oom', 'unsuccessful'])('that fails (%s) says so in its own words', async (end) => {
    await open({ variants: { end } });
    await expect(render()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_FAILED',
      metadata: { providerMessage: expect.stringMatching(/CUDA out of memory|模型推理失败/) as string },
    });
  });

  it('says when it is asked for its health that it may be at work', async () => {
    await open({ latencyMs: 200 });
    await expect(engine.check(idle)).resolves.toBeUndefined();
    const arrived = emulator.next('order');
    const rendering = render();
    await arrived;
    await expect(engine.check(idle)).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_BUSY' });
    await rendering;
  });

  it('has another way, on which its file is never named: that one leads nowhere', async () => {
    await open({ latencyMs: 50 });
    const answer = await fetch(`${emulator.url}/generate_async`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ lyrics: '[verse]\nthe light is low' }),
    });
    const task = (await answer.json()) as { readonly task_id: string; readonly websocket_url: string };
    expect(task).not.toHaveProperty('file_id');
    // Wherever the wrapper runs.
    expect(task.websocket_url).toBe(`ws://localhost:7862/ws/progress/${task.task_id}`);
    const socket = new WebSocket(`${emulator.url.replace('http', 'ws')}/ws/progress/${task.task_id}`);
    const told: Record<string, unknown>[] = [];
    await new Promise<void>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as Record<string, unknown>;
        told.push(message);
        if (message['progress'] === 1) resolve();
      });
    });
    socket.close();
    const fields = new Set(told.flatMap((message) => Object.keys(message)));
    expect([...fields].toSorted()).toEqual(['message', 'progress', 'timestamp']);
  });
});
