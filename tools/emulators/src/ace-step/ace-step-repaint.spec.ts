import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAceStepAdapter, createMusicEngine } from '@framesong/providers/music';
import { startEmulator } from '../emulator.ts';
import { formFields } from '../requests/read-form.ts';
import { emulatedSound } from '../sounds/emulated-sound.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { aceStepEmulator } from './ace-step-emulator.ts';

const HEADER_BYTES = 44;
const BYTES_PER_SECOND = 48_000 * 4;

describe('ACE-Step', () => {
  it('repaints a section between what stands around it, of which the section alone is kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'framesong-repaint-'));
    await using emulator = await startEmulator(aceStepEmulator);
    const key = { value: emulator.key, setting: 'KEY' };
    const engine = createMusicEngine(createAceStepAdapter({ baseUrl: emulator.url, key, poll: { everyMs: 2 } }));
    const aroundPath = join(folder, 'around');
    const { body } = emulatedSound({ seconds: 13, bpm: 120, key: 'around', format: 'flac' });
    await writeFile(aroundPath, body);
    const gap = { startSeconds: 6, endSeconds: 10.25 };
    const path = join(folder, 'sound');
    const made = await engine.render(
      {
        ...SHORT_SONG,
        renderId: 'render-1',
        sectionIndex: 1,
        context: { around: { path: aroundPath, mediaType: 'audio/flac', ...gap } },
        path,
      },
      { signal: new AbortController().signal, saveTaskId: () => Promise.resolve() },
    );
    const { bytes, headers } = emulator.seen.find(({ purpose }) => purpose === 'order')!;
    const { src_audio: source, ...fields } = formFields(bytes, headers);
    expect(fields).toMatchObject({
      task_type: 'repaint',
      audio_format: 'wav',
      repainting_start: '6',
      repainting_end: '10.25',
      lyrics: '[Chorus]\nwe find the way',
    });
    expect(fields).not.toHaveProperty('audio_duration');
    expect((source as { bytes: Buffer }[])[0]!.bytes.equals(body)).toBe(true);
    const whole = emulatedSound({ seconds: 13, bpm: 120, key: '7', format: 'wav' }).body;
    const [from, to] = [gap.startSeconds, gap.endSeconds].map((seconds) => HEADER_BYTES + seconds * BYTES_PER_SECOND);
    expect(made).toMatchObject({ mediaType: 'audio/wav', sizeBytes: HEADER_BYTES + to! - from! });
    expect((await readFile(path)).subarray(HEADER_BYTES).equals(whole.subarray(from, to))).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual(['around', 'sound']);
    await engine.close();
    await rm(folder, { recursive: true });
  });
});
