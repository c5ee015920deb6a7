import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelled, FramesongError } from '@framesong/errors';
import {
  createMusicEngine,
  createStudioAdapter,
  type HttpMusicEngine,
  type MusicCallContext,
} from '@framesong/providers/music';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { studioEmulator } from './studio-emulator.ts';

let folder: string;
let emulator: Emulator;
let engine: HttpMusicEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-studio-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await engine.close();
  await emulator.close();
});

async function start(options: EmulatorOptions = {}, model?: string): Promise<void> {
  emulator = await startEmulator(studioEmulator, options);
  engine = createMusicEngine(
    createStudioAdapter({
      baseUrl: emulator.url,
      key: { setting: 'KEY' },
      ...(model !== undefined && { model }),
      http: { repeats: { firstMs: 1, maxMs: 2 } },
      poll: { everyMs: 2, failures: 2 },
    }),
  );
}

function render(context: Partial<MusicCallContext> = {}, renderId = 'render-1') {
  return engine.render(
    { ...SHORT_SONG, renderId, path: join(folder, 'sound') },
    { signal: new AbortController().signal, saveTaskId: () => Promise.resolve(), ...context },
  );
}

const requests = (purpose: string) => emulator.seen.filter((request) => request.purpose === purpose);

describe('SongGeneration Studio', () => {
  it('is asked for the sections with their words, and for one mixed track', async () => {
    await start();
    await render();
    expect(JSON.parse(requests('order')[0]!.bytes.toString())).toEqual({
      title: 'framesong render-1',
      sections: [
        { type: 'verse', lyrics: 'the light is low' },
        { type: 'chorus', lyrics: 'we find the way' },
      ],
      gender: 'auto',
      custom_style: 'folk, warm',
      bpm: 120,
      output_mode: 'mixed',
    });
  });

  it('that is busy with another song is waited for, and nothing counts as begun meanwhile', async () => {
    await start({ variants: { busy: '3' } });
    const events: string[] = [];
    await render({
      saveTaskId: () => Promise.resolve(void events.push(`saved after ${requests('order').length} orders`)),
      onStart: () => events.push('started'),
    });
    expect(events).toEqual(['saved after 4 orders', 'started']);
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('is not asked twice by a try that did not hear of the id: the title tells whose song it is busy with', async () => {
    await start({ variants: { polls: '30' } });
    const stop = new AbortController();
    const died = render({
      signal: stop.signal,
      saveTaskId: () => Promise.reject(new FramesongError('gone', { code: 'UNAVAILABLE', reason: 'WORKER_STOPPING' })),
    });
    await expect(died).rejects.toThrow('gone');
    await render();
    expect(emulator.paid.all).toHaveLength(1);
    expect(requests('order')).toHaveLength(2);
  });

  it('tells the steps that it goes through, forwards', async () => {
    await start({ variants: { polls: '6' }, faults: [{ kind: 'status_backwards', on: 'poll' }] });
    const told: string[] = [];
    await render({ onProgress: ({ done, stage }) => told.push(`${done} ${stage}`) });
    const percents = told.map((line) => parseInt(line));
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(told.at(-1)).toContain('35');
    expect((await engine.describe(new AbortController().signal)).progress).toBe('estimated');
  });

  it('is told to stop when the song is cancelled', async () => {
    await start({ variants: { polls: '1000' } });
    const stop = new AbortController();
    const rendering = render({ signal: stop.signal, onStart: () => stop.abort(cancelled('another idea')) });
    const stopped = emulator.next('cancel');
    await expect(rendering).rejects.toThrow('another idea');
    expect((await stopped).path).toBe(`/api/stop/${emulator.paid.all[0]!.orderId}`);
  });

  it('is told to stop when the song is cancelled in the moment in which its id is noted', async () => {
    await start({ variants: { polls: '1000' } });
    const stop = new AbortController();
    const stopped = emulator.next('cancel');
    const saveTaskId = () => {
      stop.abort(cancelled('another idea'));
      return Promise.resolve();
    };
    await expect(render({ signal: stop.signal, saveTaskId })).rejects.toThrow('another idea');
    expect((await stopped).path).toBe(`/api/stop/${emulator.paid.all[0]!.orderId}`);
  });

  it('that was restarted has lost the song, and says so', async () => {
    await start({ variants: { restart: 'true', polls: '1000' } });
    await expect(render()).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'PROVIDER_TASK_LOST' });
  });

  it.each([
    ['failed', 'out of memory'],
    ['stopped', 'somebody has stopped it'],
  ])('says why a song has ended: %s', async (end, why) => {
    await start({ variants: { end } });
    await expect(render()).rejects.toMatchObject({
      reason: 'PROVIDER_TASK_FAILED',
      message: expect.stringContaining(why) as string,
    });
  });

  it('makes songs with another model than was asked for when it has not got that one, which is told', async () => {
    await start({ variants: { model: 'songgeneration_large' } }, 'songgeneration_base_full');
    const { warnings, engine: made } = await render();
    expect(made).toBe('SongGeneration songgeneration_large');
    expect(warnings).toEqual([expect.stringContaining('songgeneration_base_full is not loaded')]);
    await expect(engine.check(new AbortController().signal)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('makes whole songs only', async () => {
    await start();
    const request = { ...SHORT_SONG, renderId: 'r', sectionIndex: 0, path: join(folder, 'sound') };
    const context = { signal: new AbortController().signal, saveTaskId: () => Promise.resolve() };
    await expect(engine.render(request, context)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
