import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import {
  FirstFramePreview,
  FirstFrameRequest as FirstFrameRequestMessage,
  type FirstFrame,
  type FirstFrameRequest,
} from '@framesong/contracts/image/v1/first_frame';
import type { ConfirmFirstFrameRequest } from '@framesong/contracts/image/v1/image_generation_service';
import { JobState, Outcome, type Job } from '@framesong/contracts/job/v1/job';
import { ReuseOutcome } from '@framesong/contracts/job/v1/reuse';
import { durationOfMs, errorOfRpcStatus } from '@framesong/rpc';
import sharp from 'sharp';
import { downloaded } from '../testing/downloaded.ts';
import { eventually } from '../testing/eventually.ts';
import { ended, failure, frameOf, jobNow, submit } from '../testing/first-frames.ts';
import { character, frameRequest, inline } from '../testing/frame-requests.ts';
import { nothingLeft } from '../testing/leftovers.ts';
import { drawFigure, drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';
import { watching } from '../testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
/** Takes a seed, any size, and three references; its orders are tasks. */
const ANY_SIZE = 'flux-2-dev';
/** Answers at once, and makes nothing smaller than a megapixel. */
const AT_ONCE = 'seedream-4.0';
/** Makes three sizes only, and takes no seed. */
const FEW_SIZES = 'gpt-image-1.5';
/** More than the smallest that any of them makes. */
const LARGE = { width: 1920, height: 1080 };

describe('a first frame that is confirmed after its preview', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let openai: Emulator;
  let scene: Buffer;
  let figure: Buffer;

  const request = (changes: Partial<FirstFrameRequest>): FirstFrameRequest =>
    frameRequest({
      scene: inline(scene),
      characters: [{ ...character('mei', inline(figure)), name: 'Mei' }],
      size: { width: 1280, height: 720 },
      preview: { enabled: false, requireConfirmation: true },
      ...changes,
    });
  const previews = async (changes: Partial<FirstFrameRequest>): Promise<{ id: string; frame: FirstFrame }> => {
    const { id } = await submit(stack, request(changes));
    return { id, frame: frameOf(await ended(stack, id)) };
  };
  const confirm = async (jobId: string, changes: Partial<ConfirmFirstFrameRequest> = {}): Promise<Job> => {
    const { job } = await stack.framesong.imageGeneration.rpc.confirmFirstFrame({
      jobId,
      candidate: 1,
      size: undefined,
      provider: '',
      model: '',
      requestId: '',
      labels: new Map(),
      priority: 0,
      ...changes,
    });
    return job!;
  };
  const compressions = () => stack.compression.log.filter(({ msg }) => msg === 'compress image').length;
  const hexOf = (digest: string) => digest.slice('sha256:'.length);
  const preparedOf = (frame: FirstFrame) => frame.references.map(({ prepared }) => hexOf(prepared!.digest));

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    [jiekou, openai] = await Promise.all([startEmulator(EMULATORS['jiekou']!), startEmulator(EMULATORS['openai']!)]);
    stack = await startStack({
      FRAMESONG_JIEKOU_BASE_URL: jiekou.url,
      FRAMESONG_JIEKOU_API_KEY: jiekou.key,
      FRAMESONG_OPENAI_BASE_URL: `${openai.url}/v1`,
      FRAMESONG_OPENAI_API_KEY: openai.key,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await Promise.all([jiekou.close(), openai.close()]);
  }, SLOW_MS);
  beforeEach(() => {
    for (const emulator of [jiekou, openai]) {
      emulator.paid.clear();
      emulator.faults.replace([]);
    }
  });

  it(
    'comes from the embedded engine as the same staging in full size: same seed, same prepared references, nothing compressed again',
    async () => {
      const { id } = await submit(stack, request({ candidates: 3, labels: new Map([['episode', '1']]) }));
      const watch = watching(stack, id);
      const preview = frameOf(await ended(stack, id));
      const { candidates } = preview;
      expect(candidates.map(({ number, seed, size }) => ({ number, seed, size }))).toEqual(
        [7, 8, 9].map((seed, index) => ({ number: index + 1, seed, size: { width: 640, height: 360 } })),
      );
      expect(preview.image).toEqual(candidates[0]!.image);
      const shown = (await watch.all).flatMap(({ detail }) => (detail ? [FirstFramePreview.decode(detail.value)] : []));
      expect(shown.map(({ candidate, image }) => ({ number: candidate, image }))).toEqual(
        candidates.map(({ number, image }) => ({ number, image })),
      );
      const leftMs = preview.lineage!.confirmUntil!.getTime() - Date.now();
      expect(leftMs / 3_600_000).toBeCloseTo(24, 1);

      const before = compressions();
      expect(before).toBeGreaterThan(0);
      const accepted = await confirm(id, { candidate: 2 });
      const lineage = { previewJobId: id, candidate: 2, preview: candidates[1]!.image, previewUse: 'seed' };
      expect(FirstFrameRequestMessage.decode(accepted.effectiveRequest!.value)).toMatchObject({
        seed: 8,
        size: { width: 1280, height: 720 },
        lineage,
      });
      const done = await ended(stack, accepted.id);
      const frame = frameOf(done);
      expect(frame).toMatchObject({ seed: 8, size: { width: 1280, height: 720 }, lineage, candidates: [] });
      expect(frame.references).toEqual(preview.references);
      expect(compressions()).toBe(before);
      const stages = done.stages.map(({ name }) => name);
      for (const spared of ['fetch references', 'prepare reference']) expect(stages).not.toContain(spared);
      expect((await jobNow(stack, id)).stages.map(({ name }) => name)).toContain('prepare reference');
      const small = candidates[1]!.characters[0]!.box!;
      const large = frame.characters[0]!.box!;
      for (const side of ['x', 'y', 'width', 'height'] as const)
        expect(Math.abs(large[side] - 2 * small[side])).toBeLessThanOrEqual(4);

      const labels = new Map([['framesong.preview-job', id]]);
      const list = { pageSize: 10, pageToken: '', states: [], labels };
      const { jobs } = await stack.framesong.imageGeneration.jobs.listJobs(list);
      expect(jobs.map((job) => ({ id: job.id, labels: Object.fromEntries(job.labels) }))).toEqual([
        { id: accepted.id, labels: { episode: '1', 'framesong.preview-job': id, 'framesong.candidate': '2' } },
      ]);
    },
    SLOW_MS,
  );

  it(
    'is ordered with seed, words and the very reference bytes of its preview, and with the preview as a draft; a kill after the second of three candidates is not paid for',
    async () => {
      let next = jiekou.next('order');
      const { id } = await submit(stack, request({ provider: 'jiekou', model: ANY_SIZE, candidates: 3 }));
      const watch = watching(stack, id);
      for (let orders = 1; orders <= 2; orders++) {
        await next;
        next = jiekou.next('order');
      }
      await next;
      // The third is held where its task is known.
      jiekou.faults.replace([{ kind: 'stuck_status', on: 'poll' }]);
      await jiekou.next('poll');
      expect(watch.events.map(({ message }) => message)).toEqual(expect.arrayContaining(['candidate 2 is ready']));
      await stack.imageGeneration.end('SIGKILL');
      jiekou.faults.replace([]);
      await stack.restartImageGeneration();
      await watch.all;
      const preview = frameOf(await ended(stack, id));
      expect(preview.candidates.map(({ image }) => image !== undefined)).toEqual([true, true, true]);
      expect(jiekou.paid.all.map(({ seed }) => seed)).toEqual([7, 8, 9]);
      await nothingLeft(stack);

      const before = compressions();
      const frame = frameOf(await ended(stack, (await confirm(id, { candidate: 2 })).id));
      // The preview itself, to be sent along; none of the references.
      expect(compressions()).toBe(before + 1);
      const [first, second, , order, ...more] = jiekou.paid.all;
      expect(more).toEqual([]);
      expect(order!.seed).toBe(8);
      const chosen = preview.candidates[1]!;
      expect(first!.referenceDigests).toEqual(preparedOf(preview));
      expect(order!.referenceDigests).toEqual([...preparedOf(preview), hexOf(frame.lineage!.sent!.digest)]);
      const [told, words] = [order!.prompt, second!.prompt].map((prompt) => prompt.split('\n'));
      expect(told!.filter((line) => !words!.includes(line))).toEqual([
        expect.stringMatching(/^Image 3 is a draft of the wanted picture/) as unknown,
      ]);
      expect(Object.fromEntries(chosen.providerCall!.sizeParameters)).toEqual({ size: '640*360' });
      expect(Object.fromEntries(frame.providerCall!.sizeParameters)).toEqual({ size: '1280*720' });
      expect(frame).toMatchObject({ seed: 8, lineage: { preview: chosen.image, previewUse: 'reference' } });
    },
    SLOW_MS,
  );

  it('is not ordered again where the preview was made as large already', async () => {
    const { id } = await previews({ provider: 'openai', model: FEW_SIZES });
    expect(openai.paid.all).toHaveLength(1);
    const frame = frameOf(await ended(stack, (await confirm(id)).id));
    expect(openai.paid.all).toHaveLength(1);
    expect(frame).toMatchObject({
      size: { width: 1280, height: 720 },
      lineage: { previewUse: 'result' },
      providerCall: { madeSize: { width: 1536, height: 1024 }, fit: 'crop_and_downscale', billedImages: 0 },
    });
    const { width, height } = await sharp(await downloaded(stack, frame.image!.digest)).metadata();
    expect({ width, height }).toEqual({ width: 1280, height: 720 });
    const larger = frameOf(await ended(stack, (await confirm(id, { provider: 'jiekou', model: AT_ONCE })).id));
    expect(larger).toMatchObject({ provider: 'jiekou', lineage: { previewUse: 'reference' } });
    expect(jiekou.paid.all).toHaveLength(1);
  });

  it('is made by the fallback that made its preview', async () => {
    jiekou.faults.replace([{ kind: 'unauthorized' }]);
    const fallbackProviders = [{ provider: 'embedded', model: '' }];
    const { id, frame: preview } = await previews({ provider: 'jiekou', model: AT_ONCE, fallbackProviders });
    expect(preview.provider).toBe('embedded');
    const frame = frameOf(await ended(stack, (await confirm(id)).id));
    expect(frame).toMatchObject({ provider: 'embedded', lineage: { previewUse: 'seed' }, tried: [] });
    expect(jiekou.paid.all).toEqual([]);
  });

  it('is one job and one order, however often and from wherever the same is confirmed; another request_id makes it anew', async () => {
    const { id } = await previews({ provider: 'jiekou', model: AT_ONCE, size: LARGE });
    jiekou.paid.clear();
    const jobs = await Promise.all([confirm(id), confirm(id), confirm(id, { labels: new Map([['by', 'b']]) })]);
    const ids = new Set(jobs.map((job) => job.id));
    expect(ids.size).toBe(1);
    await ended(stack, jobs[0].id);
    expect((await confirm(id)).id).toBe(jobs[0].id);
    expect(jiekou.paid.all).toHaveLength(1);
    const anew = await confirm(id, { requestId: `again-${id}` });
    expect(anew.id).not.toBe(jobs[0].id);
    expect((await confirm(id, { requestId: `again-${id}` })).id).toBe(anew.id);
    const other = await failure(confirm(id, { requestId: `again-${id}`, size: { width: 640, height: 360 } }));
    expect(other.code).toBe('ALREADY_EXISTS');
    await ended(stack, anew.id);
    expect(jiekou.paid.all).toHaveLength(2);
  });

  it('can be confirmed until its time is up, and is no earlier result afterwards; what was confirmed before stays', async () => {
    const expiresAfter = durationOfMs(5_000);
    const cache = { read: true, allowSimilar: 0, anySeed: false };
    const terms = {
      candidates: 2,
      size: { width: 160, height: 96 },
      preview: { enabled: false, requireConfirmation: true, expiresAfter },
      cache,
    };
    const { id, frame } = await previews(terms);
    const again = await submit(stack, request(terms));
    expect(again.reuse).toMatchObject({ outcome: ReuseOutcome.HIT, jobId: id });
    const whole = await submit(stack, request({ ...terms, preview: { enabled: false } }));
    expect(whole.reuse).toMatchObject({ outcome: ReuseOutcome.MISS });
    const confirmed = await confirm(again.id);
    const until = frame.lineage!.confirmUntil!;
    await eventually(
      'the end of the preview',
      () => Date.now(),
      (now) => now > until.getTime(),
    );
    expect((await confirm(again.id)).id).toBe(confirmed.id);
    const late = await failure(confirm(id, { candidate: 2 }));
    expect(late).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'PREVIEW_EXPIRED', outcome: 'not_sent' });
    expect(late.message).toContain(until.toISOString());
    const anew = await submit(stack, request(terms));
    expect(anew.reuse).toMatchObject({ outcome: ReuseOutcome.MISS });
    await Promise.all([confirmed, whole, anew].map((job) => ended(stack, job.id)));
  });

  it('says what is wrong with a confirmation', async () => {
    const small = { size: { width: 160, height: 96 } };
    const { id } = await previews({ ...small, candidates: 2 });
    const whole = await submit(stack, request({ ...small, preview: { enabled: false } }));
    jiekou.faults.replace([{ kind: 'hang', times: 1 }]);
    const asked = jiekou.next('order');
    const waiting = await submit(stack, request({ ...small, provider: 'jiekou', model: AT_ONCE }));
    await asked;
    const unknown = `${id.slice(0, -4)}zzzz`;
    const told = await Promise.all([
      failure(confirm('frame')),
      failure(confirm(unknown)),
      failure(confirm(whole.id)),
      failure(confirm(waiting.id)),
      failure(confirm(id, { provider: 'nobody' })),
      failure(confirm(id, { candidate: 3, size: { width: 10, height: 96 }, priority: 101 })),
      failure(submit(stack, request({ candidates: 9, preview: { enabled: true, expiresAfter: durationOfMs(1) } }))),
    ]);
    expect(told.map(({ code, reason }) => `${code} ${reason}`)).toEqual([
      'INVALID_ARGUMENT INVALID_REQUEST',
      'NOT_FOUND JOB_NOT_FOUND',
      'FAILED_PRECONDITION NOT_A_PREVIEW',
      'FAILED_PRECONDITION PREVIEW_NOT_READY',
      'NOT_FOUND MODEL_NOT_FOUND',
      'INVALID_ARGUMENT INVALID_REQUEST',
      'INVALID_ARGUMENT INVALID_REQUEST',
    ]);
    expect(told.slice(-2).map(({ violations }) => violations.map(({ field }) => field))).toEqual([
      ['size.width', 'candidate', 'priority'],
      ['request.candidates', 'request.preview.expires_after'],
    ]);
    await stack.framesong.imageGeneration.jobs.cancelJob({ jobId: waiting.id, reason: '' });
    expect((await failure(confirm(waiting.id))).reason).toBe('PREVIEW_FAILED');
    const folder = join(stack.dataFolder, 'artifacts', 'image');
    const { image } = frameOf(await ended(stack, id)).candidates[1]!;
    const files = await readdir(folder, { recursive: true });
    for (const file of files.filter((name) => name.includes(hexOf(image!.digest))))
      await rm(join(folder, file), { recursive: true, force: true });
    expect((await failure(confirm(id, { candidate: 2 }))).reason).toBe('PREVIEW_GONE');
  });

  it('keeps the candidates that were made, and tells of each other one why and how money stands', async () => {
    jiekou.faults.replace([{ kind: 'server_error', after: 1, times: 1 }]);
    const changes = { provider: 'jiekou', model: AT_ONCE, size: LARGE, candidates: 3, preview: { enabled: false } };
    const frame = frameOf(await ended(stack, (await submit(stack, request(changes))).id));
    expect(frame.size).toEqual(LARGE);
    expect(frame.lineage).toBeUndefined();
    const [first, second, third] = frame.candidates;
    expect([first!.image, third!.size]).toEqual([frame.image, LARGE]);
    expect(third).toMatchObject({ provider: 'jiekou', engine: `jiekou ${AT_ONCE}` });
    expect(second).toMatchObject({ number: 2, image: undefined, outcome: Outcome.SENT_UNKNOWN });
    expect(errorOfRpcStatus(second!.error!)).toMatchObject({ code: 'UNAVAILABLE', outcome: 'sent_unknown' });

    jiekou.faults.replace([{ kind: 'server_error', times: 1 }, { kind: 'unauthorized' }]);
    const { id } = await submit(stack, request(changes));
    const { state, outcome, error } = await ended(stack, id);
    expect({ state, outcome }).toEqual({ state: JobState.FAILED, outcome: Outcome.SENT_UNKNOWN });
    expect(error!.message).toMatch(/^none of 3 candidates was made; candidate 1: .*candidate 3 \(rejected\): /);
    jiekou.faults.replace([]);
    await stack.framesong.imageGeneration.jobs.retryJob({ jobId: id });
    const { candidates } = frameOf(await ended(stack, id));
    expect(candidates.map(({ error: none, image }) => [none, image !== undefined])).toEqual(
      Array.from({ length: 3 }, () => [undefined, true]),
    );
  });
});
