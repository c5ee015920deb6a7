import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import type { MusicCapabilities, MusicEngine, MusicProgress, MusicRequest } from './music-engine.ts';

/** What every request needs besides an id and a path; with the score where one is played. */
export type SongUnderTest = Omit<MusicRequest, 'renderId' | 'path' | 'sectionIndex' | 'context'>;

/** An engine that is ready to be tested. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: MusicEngine;
  /** A song whose first section has a few seconds. */
  readonly song: SongUnderTest;
  /** One whose first section is still at work when its first progress is told. */
  readonly longSong: SongUnderTest;
}

/** What every {@link MusicEngine} promises. Each implementation's spec runs it. */
export function describeMusicEngine(name: string, start: () => Promise<EngineUnderTest>): void {
  describe(`${name} keeps the promises of a music engine`, () => {
    let under: EngineUnderTest;
    let capabilities: MusicCapabilities;
    let folder: string;
    let count = 0;
    const idle = new AbortController().signal;
    const run = String(process.pid);

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'framesong-engine-'));
      under = await start();
      capabilities = await under.engine.describe(idle);
    });
    afterAll(async () => {
      await under[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    const requestOf = (changes: Partial<MusicRequest> = {}): MusicRequest => {
      count++;
      return {
        ...under.song,
        renderId: `conformance-${run}-${count}`,
        path: join(folder, `sound-${count}`),
        ...(capabilities.makesSections && { sectionIndex: 0 }),
        ...changes,
      };
    };
    const render = async (request: MusicRequest, signal = idle) => {
      const progress: MusicProgress[] = [];
      let starts = 0;
      const made = await under.engine.render(request, {
        signal,
        saveTaskId: () => Promise.resolve(),
        onStart: () => starts++,
        onProgress: (told) => progress.push(told),
      });
      return { made, progress, starts };
    };
    const digestOf = async (path: string) => {
      const content = await readFile(path);
      return createHash('sha256').update(content).digest('hex');
    };

    it('tells what it can do, and that it can be asked', async () => {
      expect(capabilities.makesSections || capabilities.makesSongs).toBe(true);
      expect(capabilities.lanes).toBeGreaterThanOrEqual(1);
      expect(capabilities.maxSongSeconds).toBeGreaterThan(0);
      expect(capabilities.mediaTypes.length).toBeGreaterThan(0);
      expect(capabilities.engine).not.toBe('');
      await expect(under.engine.check(idle)).resolves.toBeUndefined();
    });

    it('writes a sound of a type that it has named, as large as it says', async () => {
      const request = requestOf();
      const { made } = await render(request);
      expect(capabilities.mediaTypes).toContain(made.mediaType);
      expect((await stat(request.path)).size).toBe(made.sizeBytes);
      expect(made.sizeBytes).toBeGreaterThan(1000);
      expect(made.engine).not.toBe('');
    });

    it('tells its progress forwards, up to the end, with a unit and what it does', async () => {
      const { progress, starts } = await render(requestOf());
      expect(starts).toBe(1);
      expect(progress.length).toBeGreaterThan(1);
      const shares = progress.map(({ done, total }) => done / total);
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      if (capabilities.progress === 'measured') expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(progress.every(({ unit, stage }) => unit !== '' && stage !== '')).toBe(true);
    });

    it('gives the same sound for the same id', async () => {
      const request = requestOf();
      await render(request);
      const again = { ...request, path: `${request.path}-again` };
      await render(again);
      if (capabilities.reattaches === 'by render id')
        expect(await digestOf(again.path)).toBe(await digestOf(request.path));
      else expect((await stat(again.path)).size).toBeGreaterThan(1000);
    });

    it('gives the sound that an earlier try has ordered, where it has ids of its own', async () => {
      const request = requestOf();
      const taskIds: string[] = [];
      const saveTaskId = (taskId: string) => Promise.resolve(void taskIds.push(taskId));
      await under.engine.render(request, { signal: idle, saveTaskId });
      expect(taskIds).toHaveLength(capabilities.reattaches === 'by task id' ? 1 : 0);
      const [savedTaskId] = taskIds;
      if (savedTaskId === undefined) return;
      const again = { ...request, path: `${request.path}-again` };
      await under.engine.render(again, { signal: idle, savedTaskId, saveTaskId });
      expect(taskIds).toHaveLength(1);
      expect(await digestOf(again.path)).toBe(await digestOf(request.path));
    });

    it('says what is wrong with a section that does not exist, by field', async () => {
      const request = requestOf({ sectionIndex: under.song.sections.length });
      await expect(render(request)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('stops within a second when its signal fires, with what the signal stands for, and is there for the next', async () => {
      const stop = new AbortController();
      const reason = new FramesongError('another idea', { code: 'CANCELLED', reason: 'CANCELLED' });
      let firedAt = 0;
      const rendering = under.engine.render(requestOf(under.longSong), {
        signal: stop.signal,
        saveTaskId: () => Promise.resolve(),
        onProgress: () => {
          firedAt ||= performance.now();
          stop.abort(reason);
        },
      });
      // Where money is involved, what it has cost is said as well.
      const { code, message } = reason;
      if (capabilities.isPaid) await expect(rendering).rejects.toMatchObject({ code, message, reason: 'CANCELLED' });
      else await expect(rendering).rejects.toBe(reason);
      expect(firedAt).toBeGreaterThan(0);
      expect(performance.now() - firedAt).toBeLessThan(1_000);
      await expect(render(requestOf())).resolves.toBeDefined();
    });

    it('does nothing for a signal that has fired already', async () => {
      const request = requestOf();
      const fired = AbortSignal.abort(new FramesongError('too late', { code: 'CANCELLED', reason: 'CANCELLED' }));
      await expect(render(request, fired)).rejects.toMatchObject({
        message: expect.stringContaining('too late') as string,
      });
    });
  });
}
