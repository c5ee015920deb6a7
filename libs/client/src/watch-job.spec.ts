import { JobState, ProgressSource, type JobEvent } from '@framesong/contracts/job/v1/job';
import { EstimateBasis, type Outlook } from '@framesong/contracts/job/v1/outlook';
import { JobServiceService, type WatchJobResponse } from '@framesong/contracts/job/v1/job_service';
import { errorOfSignal, notFound } from '@framesong/errors';
import { bindService, methodPolicy, type CallContext } from '@framesong/rpc';
import { clientsOf, rejection, serve } from './testing/test-services.ts';
import { watchJob } from './watch-job.ts';

const JOB = 'frame_1';

type Watch = (after: number, call: CallContext) => AsyncGenerator<WatchJobResponse>;

function jobsThat(watch: Watch) {
  const none = () => Promise.reject(notFound('job', JOB, 'submit it'));
  return bindService(JobServiceService, {
    getJob: none,
    listJobs: none,
    waitJob: none,
    cancelJob: none,
    retryJob: none,
    deleteJob: none,
    getBatch: none,
    getQueue: none,
    getSpending: none,
    setQueueLimit: none,
    watchJob: ({ afterSequence }, call) => watch(Number(afterSequence), call),
  });
}

function told(sequence: number): WatchJobResponse {
  const event: JobEvent = {
    sequence: BigInt(sequence),
    time: new Date(0),
    state: JobState.RUNNING,
    stage: 'compose',
    percent: sequence,
    percentSource: ProgressSource.MEASURED,
    message: '',
    detail: undefined,
  };
  return { event, lastEventAge: undefined, outlook: undefined };
}

async function* until(signal: AbortSignal, ...sequences: number[]): AsyncGenerator<WatchJobResponse> {
  yield* sequences.map(told);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  throw errorOfSignal(signal);
}

const numbers = async (events: AsyncIterable<JobEvent>) =>
  (await Array.fromAsync(events)).map(({ sequence }) => Number(sequence));

describe('a watch', () => {
  it('goes on after the last event when the service restarts in the middle', async () => {
    const first = await serve([jobsThat((_, call) => until(call.signal, 1, 2))]);
    using framesong = clientsOf(first.address);
    const reconnects: number[] = [];
    const seen: number[] = [];
    const asked: number[] = [];
    let second: Awaited<ReturnType<typeof serve>> | undefined;
    const onReconnect = (attempt: number) => reconnects.push(attempt);
    for await (const { sequence } of watchJob(framesong.imageGeneration.jobs, JOB, { onReconnect })) {
      seen.push(Number(sequence));
      if (Number(sequence) !== 2) continue;
      await first.stop();
      second = await serve(
        [
          jobsThat(async function* (after) {
            asked.push(after);
            yield await Promise.resolve(told(3));
            yield told(4);
          }),
        ],
        { port: first.port },
      );
    }
    await second?.stop();
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([2]);
    expect(reconnects[0]).toBe(1);
  });

  it('tells an event once that a service sends twice, and no heartbeat', async () => {
    const outlook: Outlook = { queuePosition: 7, stalled: false, stalledAfterBasis: EstimateBasis.DEFAULT };
    const heartbeat = { event: undefined, lastEventAge: undefined, outlook };
    await using service = await serve([
      jobsThat(async function* () {
        yield await Promise.resolve(told(1));
        yield heartbeat;
        yield told(1);
        yield told(2);
      }),
    ]);
    using framesong = clientsOf(service.address);
    const places: number[] = [];
    const onOutlook = ({ queuePosition }: Outlook) => places.push(queuePosition);
    expect(await numbers(watchJob(framesong.imageGeneration.jobs, JOB, { onOutlook }))).toEqual([1, 2]);
    // A heartbeat is no event, and still tells what is to be expected.
    expect(places).toEqual([7]);
  });

  it('outlasts the limit that the service has for one watch', async () => {
    let calls = 0;
    const binding = jobsThat(async function* (after, call) {
      calls++;
      if (calls === 1) yield* until(call.signal, 1);
      else yield await Promise.resolve(told(after + 1));
    });
    const policy = methodPolicy({ defaultDeadlineMs: 100, maxDeadlineMs: 10_000 });
    await using service = await serve([binding], { policy });
    using framesong = clientsOf(service.address);
    expect(await numbers(watchJob(framesong.imageGeneration.jobs, JOB))).toEqual([1, 2]);
  });

  it('ends with its own time limit, which holds over all tries', async () => {
    await using service = await serve([jobsThat((_, call) => until(call.signal, 1))]);
    using framesong = clientsOf(service.address);
    const watch = numbers(watchJob(framesong.imageGeneration.jobs, JOB, { timeoutMs: 250 }));
    expect(await rejection(watch)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('ends at once when its signal fires while the service is away', async () => {
    using framesong = clientsOf('127.0.0.1:1');
    const leave = new AbortController();
    const onReconnect = () => leave.abort();
    const watch = numbers(watchJob(framesong.imageGeneration.jobs, JOB, { signal: leave.signal, onReconnect }));
    expect(await rejection(watch)).toMatchObject({ code: 'CANCELLED' });
  });

  it('of a job that does not exist is not tried again', async () => {
    let calls = 0;
    await using service = await serve([
      // eslint-disable-next-line require-yield, @typescript-eslint/require-await
      jobsThat(async function* () {
        calls++;
        throw notFound('job', JOB, 'submit it');
      }),
    ]);
    using framesong = clientsOf(service.address);
    expect(await rejection(numbers(watchJob(framesong.imageGeneration.jobs, JOB)))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(calls).toBe(1);
  });
});
