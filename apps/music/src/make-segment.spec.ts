import { FramesongError, type ErrorCode, type Outcome } from '@framesong/errors';
import type { Progress, StepOptions } from '@framesong/jobs';
import type { MusicCapabilities, MusicEngine, RenderedMusic } from '@framesong/providers/music';
import { makeSegment } from './make-segment.ts';
import { createSongProgress } from './song-progress.ts';
import type { SongAtWork, SongParts } from './song-workflow.ts';

const SECTION = { tag: 'verse', startSeconds: 0, durationSeconds: 8, syllables: 4, lines: ['la la'], lufs: -14 };
const ARTIFACT = { digest: 'sha256:00', sizeBytes: 3, mediaType: 'audio/flac', uri: 'framesong://artifacts/sha256:00' };
const MADE: RenderedMusic = { mediaType: 'audio/wav', sizeBytes: 3, engine: 'scripted 1', warnings: [] };

const failure = (code: ErrorCode, reason: string, more: { outcome?: Outcome; retryAfterMs?: number } = {}) =>
  new FramesongError('it says why', { code, reason, metadata: { engine: 'scripted' }, ...more });
const FULL = failure('RESOURCE_EXHAUSTED', 'QUEUE_FULL', { retryAfterMs: 1 });

describe('a section', () => {
  let renders: number;
  let told: Progress[];
  let remainingMs: number;
  /** When something is told. */
  let heldUp: PromiseWithResolvers<undefined>;
  beforeEach(() => {
    renders = 0;
    told = [];
    heldUp = Promise.withResolvers();
    remainingMs = Infinity;
  });

  /** Makes it by an engine that fails as `script` says before it makes a sound. Delays between tries of the step are left out. */
  const make = async (
    script: readonly FramesongError[],
    { isPaid = false, signal = new AbortController().signal } = {},
  ) => {
    const capabilities = { isPaid, progress: 'estimated', reattaches: 'no' } as MusicCapabilities;
    const engine = {
      name: 'scripted',
      render: () => {
        const failing = script[renders++];
        return failing ? Promise.reject(failing) : Promise.resolve(MADE);
      },
    } as unknown as MusicEngine;
    const job = {
      input: { sections: [SECTION], plannedSeconds: 8, bpm: 120, key: 'C major', style: 'pop', seed: 1 },
      tenant: 'anna',
      remainingMs: () => remainingMs,
      progress: (update: Progress) => {
        told.push(update);
        heldUp.resolve(undefined);
      },
      orderOnce: (_terms: object, order: (paid: object) => Promise<unknown>) => order({}),
      withTimeout: (_limits: object, work: (timed: object) => Promise<unknown>) => work({ signal }),
      withSilenceLimits: (_limits: object, work: (listening: object) => Promise<unknown>) => work({ signal }),
      step: async (name: string, work: (step: object) => Promise<unknown>, { retry }: StepOptions) => {
        for (let tries = 1; ; tries++) {
          try {
            return await work({ idempotencyKey: `song_1:${name}` });
          } catch (thrown) {
            if (tries >= retry!.maxAttempts || !retry!.shouldRetry!(thrown)) throw thrown;
          }
        }
      },
    };
    const parts = {
      artifacts: { put: () => Promise.resolve(ARTIFACT) },
      composer: { finish: () => Promise.resolve({ bodySeconds: 8, warnings: [] }) },
      memory: { within: (_wanted: object, render: () => Promise<unknown>) => render() },
      sectionTimeout: { floorMs: 1000, ceilingMs: 1000 },
      silence: { floorMs: 1000, coldStartMs: 1000, ceilingMs: 1000 },
    } as unknown as SongParts;
    const work = { planPath: 'plan', rawPath: () => 'no such file', segmentPath: () => '/dev/null' };
    const progress = createSongProgress(job as unknown as SongAtWork['job'], 'estimated');
    const song = { job, work, engine, capabilities, progress } as unknown as SongAtWork;
    return makeSegment(parts, song, undefined, [], signal);
  };

  describe('of an engine that is full', () => {
    it.each([false, true])(
      'waits for its turn, however often it is refused, and tells of it once; paid: %s',
      async (isPaid) => {
        await expect(make(Array<FramesongError>(14).fill(FULL), { isPaid })).resolves.toMatchObject({
          engine: 'scripted 1',
        });
        expect(renders).toBe(15);
        expect(told).toMatchObject([{ stage: 'engine is full', message: 'waits for its turn: it says why' }]);
      },
    );

    it('ends with what the engine says when the job may not run until the next try', async () => {
      remainingMs = 100;
      await expect(make([FULL])).rejects.toBe(FULL);
      expect(renders).toBe(1);
    });

    it('ends at once with its job', async () => {
      const ending = new AbortController();
      const cancelled = failure('CANCELLED', 'JOB_CANCELLED');
      const making = make([FULL.with({ retryAfterMs: 60_000 })], { signal: ending.signal });
      await Promise.race([heldUp.promise, making]);
      ending.abort(cancelled);
      await expect(making).rejects.toBe(cancelled);
    });

    it('is not asked for twice where it may have been paid for', async () => {
      const doubtful = FULL.with({ outcome: 'sent_unknown' });
      await expect(make([doubtful], { isPaid: true })).rejects.toBe(doubtful);
      expect(renders).toBe(1);
    });
  });

  it('of an engine that is away is given up after twelve tries', async () => {
    const away = failure('UNAVAILABLE', 'ENGINE_AWAY');
    await expect(make(Array<FramesongError>(20).fill(away))).rejects.toBe(away);
    expect(renders).toBe(12);
  });

  describe('whose work hangs at the engine until its time is up', () => {
    const hung = failure('DEADLINE_EXCEEDED', 'PROVIDER_TIMEOUT');

    it('is begun once more where it costs nothing, and not a third time', async () => {
      await expect(make([hung])).resolves.toMatchObject({ engine: 'scripted 1' });
      expect(renders).toBe(2);
      renders = 0;
      await expect(make([hung, hung])).rejects.toBe(hung);
      expect(renders).toBe(2);
    });

    it.each([undefined, 'not_sent', 'sent_unknown', 'billed'] as const)(
      'is not begun again by one that charges; outcome: %s',
      async (outcome) => {
        await expect(make([outcome ? hung.with({ outcome }) : hung], { isPaid: true })).rejects.toMatchObject({
          reason: 'PROVIDER_TIMEOUT',
        });
        expect(renders).toBe(1);
      },
    );
  });
});
