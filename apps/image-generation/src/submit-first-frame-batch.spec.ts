import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileArtifactStore } from '@framesong/artifacts';
import { descriptorSetFile } from '@framesong/contracts';
import { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import type { FramesongError } from '@framesong/errors';
import { createJobMessages, jobService } from '@framesong/job-api';
import { defineJob, ensurePostgres, openJobs } from '@framesong/jobs';
import { createClient, openChannel, startServer } from '@framesong/rpc';
import { configureLog } from '@framesong/telemetry';
import { firstFrameMessages } from './first-frame-message.ts';
import { FIRST_FRAME_KIND } from './first-frame-workflow.ts';
import { imageModelsOf } from './image-models.ts';
import { imageGenerationService } from './image-generation-service.ts';

const ITEMS = 300;
const ROOM = 250;
/** The smallest GIF: each item brings one of its own. */
const PICTURE = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

describe('a batch of first frames', () => {
  it('of three hundred is accepted up to the room of the queue, and a repeat joins it and adds the rest', async () => {
    configureLog('silent');
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'framesong-batch-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const postgres = await ensurePostgres({ dataFolder: folder, throwAway: true });
    stack.defer(() => postgres.stop());
    const artifacts = await createFileArtifactStore({ folder: join(folder, 'artifacts'), ...LIMITS });
    const jobs = stack.use(
      await openJobs({
        service: 'image',
        databaseUrl: postgres.url,
        executorId: 'api-0',
        // Nothing is made here, so that the queue stays as it is.
        role: 'api',
        definitions: [
          defineJob({ kind: FIRST_FRAME_KIND, idPrefix: 'frame', queue: 'images', run: () => Promise.resolve(null) }),
        ],
        queues: { images: { concurrency: 4, maxWaiting: ROOM } },
      }),
    );
    const messages = createJobMessages(jobs, { [FIRST_FRAME_KIND]: firstFrameMessages });
    const server = await startServer({
      services: [
        imageGenerationService({
          jobs,
          artifacts,
          messages,
          runTimeoutMs: 60_000,
          preparation: PREPARATION,
          models: imageModelsOf(new Map()),
          providers: new Map(),
        }),
        jobService({ jobs, messages }),
      ],
      address: { host: '127.0.0.1', port: 0 },
      settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
      descriptorSetFile,
    });
    stack.defer(() => server.drain());
    const channel = openChannel(`127.0.0.1:${server.port}`);
    stack.defer(() => channel.close());
    const image = createClient(channel, ImageGenerationServiceService);
    const client = createClient(channel, JobServiceService);

    const refused = await image.submitFirstFrameBatch(items()).catch((thrown: unknown) => thrown as FramesongError);
    expect(refused).toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'QUEUE_FULL',
      // Two of those before the last accepted one are faulty.
      metadata: { accepted: String(ROOM), next_index: String(ROOM + 2), limit: String(ROOM) },
    });
    const batchId = (refused as FramesongError).metadata['batch_id']!;
    const before = await client.getBatch({ batchId, pageSize: 500, pageToken: '', onlyErrors: false });
    expect(before.report!.batch).toMatchObject({ complete: false, accepted: ROOM, rejected: 2 });

    const limits = { concurrency: undefined, perWorkerConcurrency: undefined, maxWaiting: ITEMS, reset: false };
    await client.setQueueLimit({ name: 'images', ...limits });
    const { report } = await image.submitFirstFrameBatch(items());
    expect(report!.batch).toMatchObject({
      id: batchId,
      complete: true,
      items: ITEMS,
      accepted: ITEMS - 3,
      rejected: 3,
    });
    expect(report!.items.filter(({ error }) => error).map(({ label }) => label)).toEqual(
      FAULTY.map((n) => `shot ${n}`),
    );
    // Those of the first time are the jobs of the first time.
    expect(report!.items.slice(0, ROOM + 2)).toEqual(before.report!.items);
    const { jobs: listed } = await client.listJobs({
      pageSize: 500,
      pageToken: '',
      states: [],
      labels: new Map(),
      batchId,
    });
    expect(listed).toHaveLength(ITEMS - 3);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(ITEMS - 3);
  }, 120_000);
});

const FAULTY = [7, 100, 299];
const PREPARATION = { budgetBytes: 300 * 1024, totalBytes: 1536 * 1024, maxSidePixels: 2048 };
const LIMITS = { maxSizeBytes: 1024 * 1024 };

async function* items() {
  for (let index = 0; index < ITEMS; index++) {
    await Promise.resolve();
    yield { batchRequestId: 'episode-1', label: `shot ${index}`, request: request(index) };
  }
}

function request(index: number): FirstFrameRequest {
  const scene = Buffer.concat([PICTURE, Buffer.from(`shot ${index}`)]);
  return FirstFrameRequest.fromPartial({
    shot: { prompt: FAULTY.includes(index) ? '' : 'The empty road at night' },
    scene: { source: { $case: 'inline', value: scene } },
    size: { width: 64, height: 64 },
  });
}
