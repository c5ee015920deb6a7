import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelled } from '@framesong/errors';
import {
  createAceStepAdapter,
  createMusicEngine,
  type HttpMusicEngine,
  type MusicCallContext,
  type MusicProgress,
  type MusicRequest,
} from '@framesong/providers/music';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator.ts';
import { formFields } from '../requests/read-form.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { aceStepEmulator } from './ace-step-emulator.ts';

let folder: string;
let emulator: Emulator;
let engine: HttpMusicEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framesong-ace-step-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  await engine.close();
  await emulator.close();
});

async function start(options: EmulatorOptions = {}, lostAfterMs = 60_000): Promise<void> {
  emulator = await startEmulator(aceStepEmulator, options);
  engine = createMusicEngine(
    createAceStepAdapter({
      baseUrl: emulator.url,
      key: { value: emulator.key, setting: 'KEY' },
      http: { repeats: { firstMs: 1, maxMs: 2, rateDelayMs: 1 } },
      poll: { everyMs: 2, failures: 2 },
      lostAfterMs,
    }),
  );
}

function render(changes: Partial<MusicRequest> = {}, context: Partial<MusicCallContext> = {}) {
  const request = { ...SHORT_SONG, renderId: 'render-1', sectionIndex: 0, path: join(folder, 'sound'), ...changes };
  return engine.render(request, {
    signal: new AbortController().signal,
    saveTaskId: () => Promise.resolve(),
    ...context,
  });
}

const fieldsOf = async () => {
  await render();
  const { bytes, headers } = emulator.seen.find(({ purpose }) => purpose === 'order')!;
  return formFields(bytes, headers);
};

describe('ACE-Step', () => {
  it('is asked for exactly what is wanted, and for one sound', async () => {
    await start();
    expect(await fieldsOf()).toEqual({
      prompt: 'folk, warm',
      lyrics: '[Verse]\nthe light is low',
      vocal_language: 'en',
      bpm: '120',
      key_scale: 'C Major',
      time_signature: '4',
      batch_size: '1',
      use_random_seed: 'false',
      seed: '7',
      thinking: 'false',
      use_cot_caption: 'false',
      use_cot_language: 'false',
      task_type: 'text2music',
      audio_format: 'flac',
      audio_duration: '10.5',
    });
  });

  it('makes nothing shorter than its ten seconds, and refuses what is longer than its ten minutes', async () => {
    await start();
    const sections = (durationSeconds: number) => [{ tag: 'intro', lines: [], durationSeconds }];
    await render({ sections: sections(4) });
    const { bytes, headers } = emulator.seen.find(({ purpose }) => purpose === 'order')!;
    expect(formFields(bytes, headers)).toMatchObject({ audio_duration: '10', lyrics: '[Instrumental]' });
    await expect(render({ sections: sections(602) })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'sections', description: expect.stringContaining('at most 600 s') as string }],
    });
    expect(emulator.paid.all).toHaveLength(1);
  });

  it('makes a song of its ten minutes, without room for a tail', async () => {
    await start();
    const last = emulator.next('order');
    const stop = new AbortController();
    const sections = [{ tag: 'intro', lines: [], durationSeconds: 600 }];
    const rendering = render({ sections }, { signal: stop.signal });
    rendering.catch(() => undefined);
    const { bytes, headers } = await last;
    stop.abort(cancelled('enough was seen'));
    expect(formFields(bytes, headers)).toMatchObject({ audio_duration: '600' });
    await expect(rendering).rejects.toThrow('enough was seen');
  });

  it('tells its progress from the task itself, and never the log line that all tasks share', async () => {
    await start({ variants: { polls: '5' } });
    const told: MusicProgress[] = [];
    await render({}, { onProgress: (progress) => told.push(progress) });
    expect(told.map(({ done }) => Math.round(done))).toEqual([20, 40, 60, 80]);
    expect(new Set(told.map(({ stage }) => stage))).toEqual(new Set(['Generating music (batch size: 1)...']));
    expect(JSON.stringify(told)).not.toContain('another task');
  });

  it('does not count waiting in its queue as having begun', async () => {
    await start({ faults: [{ kind: 'stuck_status', on: 'poll' }] });
    const stop = new AbortController();
    let starts = 0;
    const rendering = render({}, { signal: stop.signal, onStart: () => starts++ });
    await emulator.next('poll');
    await emulator.next('poll');
    await emulator.next('poll');
    stop.abort(cancelled('enough'));
    await expect(rendering).rejects.toThrow('enough');
    expect(starts).toBe(0);
  });

  it('that tells nothing of its work counts as having begun when nothing waits in its queue', async () => {
    await start({ variants: { progress: 'none', polls: '4' } });
    let starts = 0;
    const told: MusicProgress[] = [];
    await render({}, { onStart: () => starts++, onProgress: (progress) => told.push(progress) });
    expect(starts).toBe(1);
    expect(told.every(({ done }) => done === 0)).toBe(true);
  });

  it('that was restarted and calls the task queued for ever is found out at once when it has nothing to do', async () => {
    await start({ variants: { restart: 'true' } });
    await expect(render()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_TASK_LOST',
      outcome: undefined,
      message: expect.stringContaining('the server was restarted') as string,
    });
    expect(emulator.seen.filter(({ purpose }) => purpose === 'poll')).toHaveLength(1);
  });

  it('that was restarted and works for others is given its time before the task counts as lost', async () => {
    await start({ variants: { restart: 'true', busy: 'true' } }, 30);
    await expect(render()).rejects.toMatchObject({ reason: 'PROVIDER_TASK_LOST' });
    expect(emulator.seen.filter(({ purpose }) => purpose === 'poll').length).toBeGreaterThan(2);
  });

  it('with a full queue is asked once, because each refusal leaves a job behind', async () => {
    await start({ variants: { queue: 'full' } });
    await expect(render()).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'PROVIDER_RATE_LIMIT',
      metadata: { engine: 'ace-step' },
    });
    expect(emulator.seen.filter(({ purpose }) => purpose === 'order')).toHaveLength(1);
    expect(emulator.seen.filter(({ purpose }) => purpose === 'poll')).toHaveLength(0);
  });

  it.each([
    ['failed', 'CUDA out of memory'],
    ['forgotten', 'the server does not say why'],
    ['overrun', 'longer than the hour'],
  ])('says why a task has ended: %s', async (end, why) => {
    await start({ variants: { end } });
    await expect(render()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_TASK_FAILED',
      message: expect.stringContaining(why) as string,
    });
  });

  it('is waited for again by the id that was saved, and makes nothing twice', async () => {
    await start({ variants: { polls: '20' } });
    const ids: string[] = [];
    const stop = new AbortController();
    const first = render(
      {},
      {
        signal: stop.signal,
        saveTaskId: (id) => Promise.resolve(void ids.push(id)),
        onStart: () => stop.abort(cancelled('the process ends')),
      },
    );
    await expect(first).rejects.toThrow('the process ends');
    const [savedTaskId = ''] = ids;
    const made = await render({}, { savedTaskId });
    expect(emulator.paid.all).toHaveLength(1);
    expect((await readFile(join(folder, 'sound'))).length).toBe(made.sizeBytes);
    expect(made).toMatchObject({ mediaType: 'audio/flac', engine: 'ACE-Step acestep-v15-turbo' });
  });

  it('is not offered with a model that it has not', async () => {
    await start();
    await engine.close();
    const { url: baseUrl, key } = emulator;
    engine = createMusicEngine(
      createAceStepAdapter({ baseUrl, key: { value: key, setting: 'KEY' }, model: 'acestep-v9' }),
    );
    await expect(engine.check(new AbortController().signal)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('it has acestep-v15-turbo') as string,
    });
  });
});
