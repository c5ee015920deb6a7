import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import type { Loudness } from '../master/loudness.ts';
import { SAMPLE_LYRICS } from '../sample-song.ts';
import { planSong } from '../score/plan-song.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { renderSection } from './render-section.ts';

const library = pathToFileURL(join(import.meta.dirname, '..', 'index.ts')).href;

/** Runs lines of a module in a new process, as the worker pool does; they see `api`, `plan` and `folder`. Gives its output. */
async function inFreshProcess(plan: SongPlan, folder: string, lines: string): Promise<string> {
  const script = `
    import * as api from ${JSON.stringify(library)};
    const plan = JSON.parse(process.argv[1]);
    const folder = process.argv[2];
    ${lines}
  `;
  const child = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, '--', JSON.stringify(plan), folder],
    { maxBuffer: 2 ** 24 },
  );
  return child.stdout;
}

interface Joined extends Loudness {
  readonly reported: Loudness;
  readonly longestSilence: number;
  readonly digest: string;
  readonly samples: number;
  readonly warnings: readonly string[];
}

describe('a song of twenty seconds', () => {
  // At 133 bpm the sample song takes about twenty seconds; jazz has the busiest drums and a walking bass.
  const plan = planSong({ lyrics: SAMPLE_LYRICS, style: 'jazz', bpm: 133, durationSeconds: 20, seed: 11 });
  let folder: string;
  let paths: string[];
  let progress: [number, number][];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-composer-'));
    paths = plan.sections.map((section) => join(folder, `${section.index}.f32`));
    const output = await inFreshProcess(
      plan,
      folder,
      `for (const { index } of plan.sections) {
        const onProgress = (done, total) => index === 1 && console.log(JSON.stringify([done, total]));
        await api.renderSectionToFile(plan, index, folder + '/' + index + '.f32', { onProgress });
      }`,
    );
    progress = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as [number, number]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('has the same bytes in a section that is rendered alone in a new process', async () => {
    await inFreshProcess(plan, folder, `await api.renderSectionToFile(plan, 2, folder + '/alone.f32');`);
    const [alone, amongOthers] = await Promise.all([readFile(join(folder, 'alone.f32')), readFile(paths[2]!)]);
    expect(alone.length).toBeGreaterThan(SAMPLE_RATE_HZ * 8);
    expect(alone.equals(amongOthers)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('tells how far a section is, up to its end', () => {
    const total = plan.sections[1]!.durationSeconds + 3;
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).toSorted((a, b) => a - b));
    expect(progress.at(-1)![0]).toBe(progress.at(-1)![1]);
    expect(progress.at(-1)![1]).toBeCloseTo(total, 3);
  });

  it('is joined to -14 LUFS, below -1 dBTP, without a hole, and to the same samples twice', async () => {
    // Ten milliseconds are silent below -60 dBFS. The last bars fade in the tail, which does not count.
    const output = await inFreshProcess(
      plan,
      folder,
      `import { createHash } from 'node:crypto';
      const levels = api.segmentLevels(plan.sections);
      const mediaType = 'audio/x-framesong-f32';
      const segments = [];
      for (const { index, durationSeconds } of plan.sections) {
        const path = folder + '/' + index + '.flac';
        const source = { path: folder + '/' + index + '.f32', mediaType, lufs: levels[index], durationSeconds };
        segments.push({ path, ...(await api.finishSegmentFile(source, path)) });
      }
      for (let run = 0; run < 2; run++) {
        const { sound, loudness, warnings } = await api.joinSegments(segments, folder + '/mix');
        const pcm = sound.read(0, sound.frames);
        await sound.discard();
        let silent = 0, longestSilence = 0;
        for (let start = 0; start + 441 < pcm.left.length - 2.6 * 44100; start += 441) {
          let energy = 0;
          for (let at = start; at < start + 441; at++) energy += pcm.left[at] ** 2 + pcm.right[at] ** 2;
          silent = Math.sqrt(energy / 882) < 0.001 ? silent + 0.01 : 0;
          longestSilence = Math.max(longestSilence, silent);
        }
        const digest = createHash('sha256').update(pcm.left).update(pcm.right).digest('hex');
        const measured = api.measureLoudness(pcm, api.SAMPLE_RATE_HZ);
        const samples = pcm.left.length;
        console.log(JSON.stringify({ ...measured, reported: loudness, longestSilence, digest, samples, warnings }));
      }`,
    );
    const [mix, again] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Joined);
    expect(Math.abs(mix!.integratedLufs + 14)).toBeLessThan(0.5);
    expect(mix!.truePeakDbtp).toBeLessThanOrEqual(-1);
    expect(mix!.reported).toEqual({ integratedLufs: mix!.integratedLufs, truePeakDbtp: mix!.truePeakDbtp });
    expect(mix!.longestSilence).toBeLessThan(1.5);
    expect(mix!.samples / SAMPLE_RATE_HZ).toBeCloseTo(plan.durationSeconds, 3);
    expect(mix!.warnings).toEqual([]);
    expect(again).toEqual(mix);
  });

  it('stops when its signal fires, and says when the soundfont cannot be read', async () => {
    await expect(renderSection(plan, 0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    const output = await inFreshProcess(
      plan,
      folder,
      `const codes = [];
      const stop = new AbortController();
      await api.renderSection(plan, 1, { signal: stop.signal, onProgress: () => stop.abort() }).catch((e) => codes.push(e.code));
      await api.renderSection(plan, 0, { soundfontPath: folder + '/none.sf2' }).catch((e) => codes.push(e.code));
      console.log(codes.join(' '));`,
    );
    expect(output.trim()).toBe('CANCELLED FAILED_PRECONDITION');
  });
});
