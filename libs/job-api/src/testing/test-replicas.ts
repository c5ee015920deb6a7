import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descriptorSetFile } from '@framesong/contracts';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import { invalidField, type FramesongError } from '@framesong/errors';
import { defineJob, ensurePostgres, openJobs, type EmbeddedPostgres, type JobContext, type Jobs, type QueueLimits } from '@framesong/jobs'; // prettier-ignore
import { bindService, createClient, methodPolicy, openChannel, startServer, TENANT_METADATA, type RpcClient } from '@framesong/rpc'; // prettier-ignore
import { configureLog } from '@framesong/telemetry';
import { createJobMessages } from '../job-message.ts';
import { jobService } from '../job-service.ts';
import { submitBatch } from '../submit-batch.ts';
import { submitForCall } from '../submit-for-call.ts';

/** Kind of the jobs of these tests: their input is the prompt. */
export const KIND = 'drawn.v1';

/** One api replica: its jobs, its server, and clients of it. */
export interface Replica {
  readonly jobs: Jobs;
  readonly address: string;
  readonly client: RpcClient<typeof JobServiceService>;
  readonly image: RpcClient<typeof ImageGenerationServiceService>;
}

/** A PostgreSQL of its own in a temporary folder. */
export async function startPostgres(): Promise<EmbeddedPostgres & AsyncDisposable> {
  configureLog('silent');
  const folder = mkdtempSync(join(tmpdir(), 'framesong-job-api-'));
  const postgres = await ensurePostgres({ dataFolder: folder, throwAway: true });
  return {
    ...postgres,
    async [Symbol.asyncDispose]() {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let count = 0;

/** A service that no other test has seen; each of its replicas has connections, ids and a server of its own. */
export function newService(
  databaseUrl: string,
  run: (job: JobContext<string>) => Promise<unknown>,
  { queue = { concurrency: 1 }, heartbeatMs }: { queue?: QueueLimits; heartbeatMs?: number } = {},
) {
  const service = `api${String(process.pid)}x${String(++count)}`.replace(/\d/g, (digit) => 'abcdefghij'.charAt(+digit));
  let replicas = 0;
  return async (stack: AsyncDisposableStack, role: 'api' | 'all'): Promise<Replica> => {
    const jobs = stack.use(
      await openJobs({
        service,
        databaseUrl,
        role,
        executorId: `${role}-${String(++replicas)}`,
        definitions: [defineJob({ kind: KIND, idPrefix: 'frame', queue: 'images', run })],
        queues: { images: queue },
        pollIntervalMs: 20,
      }),
    );
    const messages = createJobMessages(jobs, {
      [KIND]: {
        effectiveRequest: () => undefined,
        result: () => undefined,
        eventDetail: () => undefined,
        usualTimes: { run: { lowMs: 10_000, highMs: 180_000 }, silenceMs: 200 },
      },
    });
    const server = await startServer({
      services: [
        jobService({ jobs, messages, ...(heartbeatMs && { heartbeatMs }) }),
        { ...batchService(jobs, messages), policies: { submitFirstFrameBatch: BATCH } },
      ],
      address: { host: '127.0.0.1', port: 0 },
      settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
      descriptorSetFile,
    });
    stack.defer(() => server.drain());
    const address = `127.0.0.1:${server.port}`;
    const channel = openChannel(address);
    stack.defer(() => channel.close());
    return {
      jobs,
      address,
      client: createClient(channel, JobServiceService),
      image: createClient(channel, ImageGenerationServiceService),
    };
  };
}

const BATCH = methodPolicy({ class: 'transfer', maxRequestBytes: 1024 * 1024 });
/** Takes items with a prompt. */
function batchService(jobs: Jobs, messages: ReturnType<typeof createJobMessages>) {
  const definition = { submitFirstFrameBatch: ImageGenerationServiceService.submitFirstFrameBatch };
  return bindService(definition, {
    submitFirstFrameBatch: async (requests, call) => ({
      report: await submitBatch<FirstFrameRequest>({ jobs, messages }, KIND, requests, call, (request, batch) => {
        const prompt = request?.shot?.prompt;
        if (!request || !prompt) throw invalidField('request.shot.prompt', 'is missing');
        const { requestId, labels, priority, expireTime } = request;
        const job = { kind: KIND, input: prompt, requestId, labels, priority, runTimeoutMs: 60_000, expireTime, batch };
        return submitForCall(jobs, job, call, 'leaves');
      }),
    }),
  });
}

/** Call options of a tenant. */
export function as(tenant: string, more: Readonly<Record<string, string>> = {}) {
  return { metadata: { [TENANT_METADATA]: tenant, ...more } };
}

/** What a promise rejects with. */
export function rejection(work: Promise<unknown>): Promise<FramesongError> {
  return work.then(
    () => Promise.reject(new Error('it did not reject')),
    (thrown: unknown) => thrown as FramesongError,
  );
}

/** Rejects when the signal fires. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
