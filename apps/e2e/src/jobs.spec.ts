import { randomUUID } from 'node:crypto';
import { watchJob } from '@framesong/client';
import {
  ImageGenerationServiceService,
  GenerateFirstFrameRequest,
  SubmitFirstFrameRequest,
  type GenerateFirstFrameResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { JobState, type Job, type JobEvent } from '@framesong/contracts/job/v1/job';
import type { ListJobsRequest } from '@framesong/contracts/job/v1/job_service';
import { errorOfRpcStatus } from '@framesong/rpc';
import { eventually } from './testing/eventually.ts';
import { ended, failure, frameOf, generate, jobNow, submit } from './testing/first-frames.ts';
import { byUrl, frameRequest, inline } from './testing/frame-requests.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { startPictureServer, type PictureServer } from './testing/picture-server.ts';
import { drawScene } from './testing/pictures.ts';
import { rawCall } from './testing/raw-call.ts';
import { startStack, type Stack } from './testing/stack.ts';

describe('a job', () => {
  let stack: Stack;
  let pictures: PictureServer;
  let scene: Buffer;
  const jobs = () => stack.framesong.imageGeneration.jobs;
  const rpc = () => stack.framesong.imageGeneration.rpc;

  beforeAll(async () => {
    scene = await drawScene();
    pictures = await startPictureServer(scene);
    stack = await startStack({
      FRAMESONG_REFERENCE_HTTP: 'true',
      FRAMESONG_REFERENCE_ALLOW: pictures.host,
      FRAMESONG_IMAGE_WORKERS: '1',
    });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await pictures[Symbol.asyncDispose]();
  });
  beforeEach(() => pictures.hold());
  afterEach(async () => {
    pictures.release();
    await nothingLeft(stack);
  });

  /** A request whose job stays in its first stage until the picture server lets go. */
  const heldRequest = () => frameRequest({ scene: byUrl(pictures.url(`/held/${randomUUID()}`)) });
  const jobsLabelled = async (label: string) => {
    const { jobs: found } = await jobs().listJobs({ ...wholeList(), labels: new Map([['test', label]]) });
    return found;
  };

  it('is made once for a request id, and other content under it is refused', async () => {
    const request = frameRequest({ scene: inline(scene), requestId: randomUUID(), seed: undefined });
    const [first, ...repeats] = await Promise.all(Array.from({ length: 5 }, () => submit(stack, request)));
    expect(repeats.map(({ id }) => id)).toEqual(Array.from({ length: 4 }, () => first!.id));
    const frame = frameOf(await ended(stack, first!.id));
    expect((await submit(stack, request)).id).toBe(first!.id);
    // Also the call that waits joins it: nothing is made twice.
    expect((await generate(stack, request)).image!.digest).toBe(frame.image!.digest);

    const error = await failure(submit(stack, { ...request, size: { width: 128, height: 96 } }));
    expect(error).toMatchObject({ code: 'ALREADY_EXISTS', resource: { type: 'job', name: first!.id } });
    expect(error.message).toMatch(/was used for another request .* takes a new id/);
  });

  it('tells its effective request, with each default filled in', async () => {
    const request = frameRequest({ scene: inline(scene), seed: undefined, size: undefined, preview: undefined });
    const job = await submit(stack, request);
    const effective = FirstFrameRequest.decode(job.effectiveRequest!.value);
    expect(effective).toMatchObject({
      provider: 'embedded',
      model: 'compositor',
      size: { width: 1280, height: 720 },
      preview: { enabled: true },
      runTimeout: { seconds: 360n },
      scene: { source: { $case: 'artifact', value: { sizeBytes: BigInt(scene.length), mediaType: 'image/jpeg' } } },
    });
    expect(effective.seed).toEqual(expect.any(Number));
    await jobs().cancelJob({ jobId: job.id, reason: '' });
  });

  it('that is unknown, malformed, or of another service is told apart', async () => {
    const rest = '_01k9z3xq8v5w7n2m4r6t8y0abc';
    const calls = (jobId: string) => [
      jobs().getJob({ jobId }),
      jobs().waitJob({ jobId }),
      jobs().cancelJob({ jobId, reason: '' }),
      Array.fromAsync(jobs().watchJob({ jobId, afterSequence: 0n })),
    ];
    const failures = (jobId: string) => Promise.all(calls(jobId).map(failure));
    for (const error of await failures(`frame${rest}`)) {
      expect(error).toMatchObject({ code: 'NOT_FOUND', reason: 'JOB_NOT_FOUND', resource: { type: 'job' } });
    }
    for (const error of await failures(`song${rest}`)) {
      expect(error).toMatchObject({ code: 'NOT_FOUND', metadata: { service: 'music' } });
      expect(error.message).toMatch(/ask service music/);
    }
    for (const error of await failures('frame/1')) expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is watched after any sequence without gaps and repeats, and not beyond its end', async () => {
    const job = await submit(stack, frameRequest({ scene: inline(scene), preview: { enabled: true } }));
    const all = await Array.fromAsync(watchJob(jobs(), job.id));
    expect(all.map(({ sequence }) => Number(sequence))).toEqual(all.map((_, index) => index + 1));
    expect(all.at(-1)).toMatchObject({ state: JobState.SUCCEEDED, percent: 100 });
    expect(all.map(({ percent }) => percent)).toEqual(all.map(({ percent }) => percent).toSorted((a, b) => a - b));
    expect(all.filter(({ detail }) => detail?.typeUrl.endsWith('FirstFramePreview'))).toHaveLength(1);
    for (let after = 0; after <= all.length; after++) {
      const rest = await Array.fromAsync(watchJob(jobs(), job.id, { afterSequence: after }));
      expect(rest).toEqual(all.slice(after));
    }
    const beyond = jobs().watchJob({ jobId: job.id, afterSequence: BigInt(all.length + 1) });
    expect(await failure(Array.fromAsync(beyond))).toMatchObject({
      code: 'OUT_OF_RANGE',
      metadata: { last_sequence: String(all.length) },
    });
    expect(Number((await jobNow(stack, job.id)).lastSequence)).toBe(all.length);
  });

  it('is seen by every watcher alike while it runs', async () => {
    const job = await submit(stack, heldRequest());
    await pictures.untilHeld(1);
    const watching = Array.from({ length: 3 }, () => Array.fromAsync(watchJob(jobs(), job.id)));
    pictures.release();
    const [first, ...others] = await Promise.all(watching);
    for (const other of others) expect(other).toEqual(first);
    expect(first!.at(-1)!.state).toBe(JobState.SUCCEEDED);
  });

  it('is returned unfinished when the wait is over before it', async () => {
    const job = await submit(stack, heldRequest());
    await pictures.untilHeld(1);
    const { job: waited } = await jobs().waitJob({ jobId: job.id }, { timeoutMs: 500 });
    expect(waited).toMatchObject({ id: job.id, state: JobState.RUNNING });
    pictures.release();
    expect((await ended(stack, job.id)).state).toBe(JobState.SUCCEEDED);
  });

  it('is listed newest first, in pages, by state, by label and by time', async () => {
    const label = randomUUID();
    const labels = new Map([['test', label]]);
    const running = await submit(stack, { ...heldRequest(), labels });
    await pictures.untilHeld(1);
    const queued: Job[] = [];
    for (let index = 0; index < 4; index++) {
      queued.push(await submit(stack, frameRequest({ scene: inline(scene), labels: new Map([...labels, ['n', String(index)]]) }))); // prettier-ignore
    }
    const newestFirst = [...queued.toReversed(), running].map(({ id }) => id);
    const idsOf = async (request: Partial<ListJobsRequest>) => {
      const page = await jobs().listJobs({ ...wholeList(), labels, ...request });
      return { ids: page.jobs.map(({ id }) => id), token: page.nextPageToken };
    };
    expect(await idsOf({})).toEqual({ ids: newestFirst, token: '' });
    const first = await idsOf({ pageSize: 2 });
    // What is accepted between two pages moves nothing.
    const late = await submit(stack, frameRequest({ scene: inline(scene), labels }));
    const second = await idsOf({ pageSize: 2, pageToken: first.token });
    const third = await idsOf({ pageSize: 2, pageToken: second.token });
    expect([...first.ids, ...second.ids, ...third.ids]).toEqual(newestFirst);
    expect(third.token).toBe('');
    expect((await idsOf({ states: [JobState.RUNNING] })).ids).toEqual([running.id]);
    expect((await idsOf({ states: [JobState.QUEUED] })).ids).toEqual([late.id, ...newestFirst.slice(0, 4)]);
    expect((await idsOf({ labels: new Map([...labels, ['n', '2']]) })).ids).toEqual([queued[2]!.id]);
    expect((await idsOf({ createdAfter: late.createTime! })).ids).toEqual([late.id]);
    expect((await jobNow(stack, queued[0]!.id)).queuePosition).toBe(1);

    expect(await failure(idsOf({ pageToken: 'x' }))).toMatchObject({ violations: [{ field: 'page_token' }] });
    expect(await failure(idsOf({ pageSize: 501 }))).toMatchObject({ violations: [{ field: 'page_size' }] });
    pictures.release();
  });

  it('that runs is cancelled, and its work ends', async () => {
    const job = await submit(stack, heldRequest());
    await pictures.untilHeld(1);
    const { job: cancelled } = await jobs().cancelJob({ jobId: job.id, reason: 'the shot was cut' });
    expect(cancelled!.state).toBe(JobState.CANCELLED);
    // Its download is given up.
    await pictures.untilHeld(0);
    const after = await ended(stack, job.id);
    expect(errorOfRpcStatus(after.error!)).toMatchObject({ code: 'CANCELLED', message: 'the shot was cut' });
    // A repeat is no error and changes nothing.
    const { job: again } = await jobs().cancelJob({ jobId: job.id, reason: 'once more' });
    expect(again).toMatchObject({ state: JobState.CANCELLED, lastSequence: after.lastSequence });
  });

  it('that waits is cancelled without ever starting', async () => {
    const first = await submit(stack, heldRequest());
    await pictures.untilHeld(1);
    const second = await submit(stack, heldRequest());
    expect(second).toMatchObject({ state: JobState.QUEUED, queuePosition: 1 });
    const { job: cancelled } = await jobs().cancelJob({ jobId: second.id, reason: '' });
    expect(cancelled).toMatchObject({ state: JobState.CANCELLED, attempts: 0, startTime: undefined });
    pictures.release();
    expect((await ended(stack, first.id)).state).toBe(JobState.SUCCEEDED);
    const events = await Array.fromAsync(watchJob(jobs(), second.id));
    expect(events.map(({ state }) => state)).toEqual([JobState.QUEUED, JobState.CANCELLED]);
  });

  it('is not made by a call whose deadline has passed on arrival', async () => {
    const labels = new Map([['test', randomUUID()]]);
    const message = SubmitFirstFrameRequest.encode({
      request: frameRequest({ scene: inline(scene), labels }),
    }).finish();
    const { path } = ImageGenerationServiceService.submitFirstFrame;
    const address = stack.imageGeneration.address;
    const reply = await rawCall(address, path, message, { 'grpc-timeout': '0m' });
    expect(reply).toMatchObject({ 'grpc-status': '4' });
    expect(await jobsLabelled(labels.get('test')!)).toEqual([]);
    // The same message with time makes one.
    expect(await rawCall(address, path, message, { 'grpc-timeout': '10S' })).toMatchObject({
      'grpc-status': '0',
    });
    expect(await jobsLabelled(labels.get('test')!)).toHaveLength(1);
  });

  it('ends with its call when the deadline passes, and the error says where the time went', async () => {
    const message = GenerateFirstFrameRequest.encode({ request: heldRequest(), detachOnDisconnect: false }).finish();
    const { path } = ImageGenerationServiceService.generateFirstFrame;
    // Without the clock of a client, which on a busy machine may run out just before the answer is read.
    const reply = await rawCall(stack.imageGeneration.address, path, message, { 'grpc-timeout': '300m' });
    expect(reply['grpc-status']).toBe('4');
    const text = decodeURIComponent(String(reply['grpc-message']));
    expect(text).toMatch(/in stage fetch references/);
    expect(text).toMatch(/fetch references [\d.]+ m?s/);
    await pictures.untilHeld(0);
    const [newest] = (await jobs().listJobs({ ...wholeList(), pageSize: 1 })).jobs;
    const { state } = await ended(stack, newest!.id);
    expect([JobState.CANCELLED, JobState.EXPIRED]).toContain(state);

    const error = await failure(generate(stack, heldRequest(), { timeoutMs: 300 }));
    expect(error.code).toBe('DEADLINE_EXCEEDED');
    await pictures.untilHeld(0);
  });

  it('ends with its call when the caller gives up, and the worker that was composing rests', async () => {
    const giveUp = new AbortController();
    let jobId = '';
    const answers = rpc().generateFirstFrame(
      {
        request: frameRequest({ scene: inline(scene), size: { width: 3000, height: 2000 } }),
        detachOnDisconnect: false,
      },
      { signal: giveUp.signal, timeoutMs: 60_000 },
    );
    const error = await failure(
      (async () => {
        for await (const { part } of answers) {
          if (part?.$case === 'accepted') jobId = part.value.id;
          if (part?.$case === 'event' && part.value.stage.startsWith('generate_content')) giveUp.abort();
        }
      })(),
    );
    expect(error.code).toBe('CANCELLED');
    expect((await ended(stack, jobId)).state).toBe(JobState.CANCELLED);
    await nothingLeft(stack);
  });

  it('goes on without its caller when that was asked for', async () => {
    const giveUp = new AbortController();
    const request = { request: heldRequest(), detachOnDisconnect: true };
    const answers = rpc().generateFirstFrame(request, { signal: giveUp.signal, timeoutMs: 60_000 })[Symbol.asyncIterator](); // prettier-ignore
    const accepted = (await answers.next()).value as GenerateFirstFrameResponse;
    const jobId = accepted.part?.$case === 'accepted' ? accepted.part.value.id : '';
    await pictures.untilHeld(1);
    giveUp.abort();
    await failure(drain(answers));
    // A call after it on the same connection is answered after the server has seen the end of that one.
    expect((await jobNow(stack, jobId)).state).toBe(JobState.RUNNING);
    pictures.release();
    expect(frameOf(await ended(stack, jobId)).size).toEqual({ width: 160, height: 96 });
  });

  it('goes on when the time of its caller is up, who is told so in the own language', async () => {
    const request = { request: heldRequest(), detachOnDisconnect: true };
    const options = { timeoutMs: 1_500, metadata: { 'accept-language': 'zh-CN' } };
    const answers = rpc().generateFirstFrame(request, options)[Symbol.asyncIterator]();
    const { part } = (await answers.next()).value as GenerateFirstFrameResponse;
    const accepted = part?.$case === 'accepted' ? part.value : undefined;
    const error = await failure(drain(answers));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', localized: { locale: 'zh-CN' } });
    expect(error.localized!.message).toContain(`任务${accepted!.id}会继续进行`);
    pictures.release();
    expect((await ended(stack, accepted!.id)).state).toBe(JobState.SUCCEEDED);
  });

  it('ends as expired when its running time is up, and says in which stage', async () => {
    const job = await submit(stack, { ...heldRequest(), runTimeout: { seconds: 1n, nanos: 0 } });
    const { state, error } = await ended(stack, job.id);
    expect(state).toBe(JobState.EXPIRED);
    const { code, message } = errorOfRpcStatus(error!);
    expect(code).toBe('DEADLINE_EXCEEDED');
    expect(message).toMatch(/run timeout of 1\.0 s in stage fetch references/);
    await eventually('the end of its download', () => pictures.held, (held) => held === 0); // prettier-ignore
  });
});

function wholeList(): ListJobsRequest {
  return { pageSize: 0, pageToken: '', states: [], labels: new Map() };
}

async function drain(answers: AsyncIterator<GenerateFirstFrameResponse>): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for (let next = await answers.next(); !next.done; next = await answers.next()) {
    if (next.value.part?.$case === 'event') events.push(next.value.part.value);
  }
  return events;
}
