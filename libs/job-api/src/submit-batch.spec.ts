import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { SubmitFirstFrameBatchRequest } from '@framesong/contracts/image/v1/image_generation_service';
import { JobState } from '@framesong/contracts/job/v1/job';
import { cancelled } from '@framesong/errors';
import type { EmbeddedPostgres } from '@framesong/jobs';
import { errorOfRpcStatus } from '@framesong/rpc';
import { as, newService, rejection, startPostgres, untilAborted } from './testing/test-replicas.ts';

describe('a batch as a stream', () => {
  let postgres: EmbeddedPostgres & AsyncDisposable;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  const open = (
    stack: AsyncDisposableStack,
    role: 'api' | 'all' = 'api',
    queue = { concurrency: 1, maxWaiting: 100 },
  ) =>
    newService(postgres.url, (job) => (job.input === 'wait' ? untilAborted(job.signal) : Promise.resolve('done')), {
      queue,
    })(stack, role);
  const request = (prompt: string) => FirstFrameRequest.fromPartial({ shot: { prompt } });
  const items = (prompts: readonly string[], batchRequestId = ''): SubmitFirstFrameBatchRequest[] =>
    prompts.map((prompt, index) => ({ batchRequestId, label: `shot ${index}`, request: request(prompt) }));
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is there
  async function* streamOf<T>(messages: readonly T[], end?: () => never) {
    yield* messages;
    end?.();
  }
  const page = (batchId: string, more: object = {}) => ({ batchId, pageSize: 0, pageToken: '', onlyErrors: false, ...more }); // prettier-ignore

  it('makes each item a job of its own; faulty ones are listed with every fault and hold up nobody', async () => {
    await using stack = new AsyncDisposableStack();
    const { image, client } = await open(stack, 'all');
    const sent = [...items(['a', '', 'b']), { batchRequestId: '', label: 'x'.repeat(200), request: request('c') }];
    const { report } = await image.submitFirstFrameBatch(streamOf(sent), as('anna'));
    const { batch } = report!;
    expect(batch).toMatchObject({ kind: 'drawn', complete: true, items: 4, accepted: 2, rejected: 2 });
    expect(report!.items.map(({ index, jobId }) => [index, jobId.slice(0, 6)])).toEqual([
      [0, 'frame_'],
      [1, ''],
      [2, 'frame_'],
      [3, ''],
    ]);
    const faults = report!.items.flatMap(({ error }) => (error ? errorOfRpcStatus(error).violations : []));
    expect(faults.map(({ field }) => field)).toEqual(['request.shot.prompt', 'label']);
    for (const { jobId } of report!.items) if (jobId) await client.waitJob({ jobId }, as('anna'));
    const { report: later } = await client.getBatch(page(batch!.id, { pageSize: 3 }), as('anna'));
    expect(later!.batch).toMatchObject({ done: true, percent: 100, states: [{ state: JobState.SUCCEEDED, jobs: 2 }] });
    const next = page(batch!.id, { pageToken: later!.nextPageToken });
    expect((await client.getBatch(next, as('anna'))).report!.items.map(({ index }) => index)).toEqual([3]);
    const errors = await client.getBatch(page(batch!.id, { onlyErrors: true }), as('anna'));
    expect(errors.report!.items.map(({ index }) => index)).toEqual([1, 3]);
    const { job } = await client.getJob({ jobId: report!.items[0]!.jobId }, as('anna'));
    expect(job!.batchId).toBe(batch!.id);
  });

  it('is joined by a repeat: also after the stream broke in the middle', async () => {
    await using stack = new AsyncDisposableStack();
    const { image, client, jobs } = await open(stack);
    const all = items(['a', 'b', 'c', 'd'], 'episode-1');
    const cut = new AbortController();
    const accepted = async () => (await jobs.list('anna')).jobs.length;
    const broken = image.submitFirstFrameBatch(
      (async function* () {
        yield* all.slice(0, 2);
        while ((await accepted()) < 2);
        cut.abort(cancelled('the caller has gone'));
      })(),
      { ...as('anna'), signal: cut.signal },
    );
    expect(await rejection(broken)).toMatchObject({ code: 'CANCELLED' });
    const { report } = await image.submitFirstFrameBatch(streamOf(all), as('anna'));
    expect(report!.batch).toMatchObject({ requestId: 'episode-1', complete: true, items: 4, accepted: 4 });
    expect(await accepted()).toBe(4);
    const again = await image.submitFirstFrameBatch(streamOf(all), as('anna'));
    expect(again.report!.items).toEqual(report!.items);
    expect(await accepted()).toBe(4);
    const other = items(['a', 'changed'], 'episode-1');
    expect(await rejection(image.submitFirstFrameBatch(streamOf(other), as('anna')))).toMatchObject({
      code: 'ALREADY_EXISTS',
      metadata: { batch_id: report!.batch!.id, accepted: '1', next_index: '1' },
    });
    expect((await client.getBatch(page(report!.batch!.id), as('anna'))).report).toEqual(report);
  });

  it('that does not fit into the queue is refused with a delay, and what fitted stays and is joined later', async () => {
    await using stack = new AsyncDisposableStack();
    const { image, client } = await open(stack, 'api', { concurrency: 2, maxWaiting: 3 });
    const all = items(['a', 'b', 'c', 'd', 'e'], 'episode-2');
    const chinese = as('anna', { 'accept-language': 'zh-CN' });
    const refused = await rejection(image.submitFirstFrameBatch(streamOf(all), chinese));
    expect(refused).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', metadata: { accepted: '3' } });
    expect(refused.localized).toMatchObject({ locale: 'zh-CN' });
    expect(refused.localized!.message).toMatch(/^队列已满，请在\d+秒后重试/);
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    const batchId = refused.metadata['batch_id']!;
    const { report } = await client.getBatch(page(batchId), as('anna'));
    expect(report!.batch).toMatchObject({
      complete: false,
      accepted: 3,
      states: [{ state: JobState.QUEUED, jobs: 3 }],
    });
    const limits = { name: 'images', concurrency: undefined, perWorkerConcurrency: undefined, reset: false };
    await client.setQueueLimit({ ...limits, maxWaiting: 5 });
    const { report: whole } = await image.submitFirstFrameBatch(streamOf(all), as('anna'));
    expect(whole!.batch).toMatchObject({ id: batchId, complete: true, accepted: 5 });
    expect(whole!.items.slice(0, 3)).toEqual(report!.items);
  });

  it('is refused when it is empty, or mixes two batches', async () => {
    await using stack = new AsyncDisposableStack();
    const { image } = await open(stack);
    const submit = (sent: SubmitFirstFrameBatchRequest[]) => rejection(image.submitFirstFrameBatch(streamOf(sent)));
    expect(await submit([])).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request' }] });
    for (const sent of [items(['a'], 'not/this'), [...items(['a'], 'one'), ...items(['b'], 'two')]]) {
      expect(await submit(sent)).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'batch_request_id' }] }); // prettier-ignore
    }
  });

  it('of one tenant does not exist for another, who has its own under the same request id', async () => {
    await using stack = new AsyncDisposableStack();
    const { image, client } = await open(stack);
    const submit = (tenant: string) => image.submitFirstFrameBatch(streamOf(items(['a'], 'same')), as(tenant));
    const { report } = await submit('anna');
    const batchId = report!.batch!.id;
    expect(await rejection(client.getBatch(page(batchId), as('bert')))).toMatchObject({ code: 'NOT_FOUND' });
    const { report: other } = await submit('bert');
    expect(other!.batch!.id).not.toBe(batchId);
    expect(other!.items[0]!.jobId).not.toBe(report!.items[0]!.jobId);
    const list = { pageSize: 0, pageToken: '', states: [], labels: new Map<string, string>(), batchId };
    expect((await client.listJobs(list, as('bert'))).jobs).toEqual([]);
    expect((await client.listJobs(list, as('anna'))).jobs).toHaveLength(1);
  });
});
