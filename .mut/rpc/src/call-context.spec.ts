import { getEventListeners } from 'node:events';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { deadlineExceeded } from '@framesong/errors';
import { budgetMs, runInContext } from './call-context.ts';
import { createClient } from './client.ts';
import { methodPolicy } from './method-policy.ts';
import { artifactService } from './testing/handlers.ts';
import { downloadChunk, refOf } from './testing/messages.ts';
import { event, rejection, startTestServer, type TestServer } from './testing/test-server.ts';

describe('calls inside a context', () => {
  let test: TestServer;
  let stopped = event<unknown>();
  const client = () => createClient(test.channel, ArtifactServiceService);

  beforeAll(async () => {
    test = await startTestServer(
      [
        artifactService({
          statArtifact: ({ digest }, call) => {
            if (digest !== 'wait') return Promise.resolve({ artifact: refOf(String(call.remainingMs())) });
            return new Promise((_, reject) => {
              call.signal.addEventListener('abort', () => {
                stopped.happen(call.signal.reason);
                reject(call.signal.reason as Error);
              });
            });
          },
          async *readArtifact() {
            yield await Promise.resolve(downloadChunk('a'));
          },
        }),
      ],
      { policy: methodPolicy({ maxDeadlineMs: 60_000 }) },
    );
  });
  beforeEach(() => (stopped = event()));
  afterAll(() => test.close());

  it('leave no listener on its signal, after 1,000 calls that succeed, fail or are left early', async () => {
    const { signal } = new AbortController();
    await runInContext({ signal, deadlineEpochMs: Infinity }, async () => {
      for (let round = 0; round < 25; round++) {
        await Promise.all([
          ...Array.from({ length: 20 }, () => client().statArtifact({ digest: '' }, { signal })),
          ...Array.from({ length: 10 }, () =>
            rejection(
              client().writeArtifact({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error()) }) }),
            ),
          ),
          ...Array.from({ length: 10 }, async () => {
            for await (const { chunk } of client().readArtifact({ digest: '', offset: 0n, limit: 0n }, { signal })) {
              expect(chunk).toHaveLength(1);
              break;
            }
          }),
        ]);
      }
    });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('have the smaller of its deadline and their own', async () => {
    const { signal } = new AbortController();
    const remainingMs = async (timeoutMs: number) => {
      const { artifact } = await client().statArtifact({ digest: '' }, { timeoutMs });
      return Number(artifact?.digest);
    };
    await runInContext({ signal, deadlineEpochMs: Date.now() + 10_000 }, async () => {
      expect(await remainingMs(20_000)).toBeLessThan(10_000);
      expect(await remainingMs(2_000)).toBeLessThan(2_000);
    });
  });

  it('end with it, and say what it ended for', async () => {
    const abort = new AbortController();
    const call = runInContext({ signal: abort.signal, deadlineEpochMs: Infinity }, () =>
      rejection(client().statArtifact({ digest: 'wait' })),
    );
    await client().statArtifact({ digest: '' });
    abort.abort(deadlineExceeded('the run timeout of the job passed', { stage: 'generate' }));
    expect(await call).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: 'the run timeout of the job passed',
      metadata: { stage: 'generate' },
    });
    expect(await stopped.happened).toMatchObject({ code: 'CANCELLED' });
  });

  it('are not begun in one that has ended', async () => {
    const signal = AbortSignal.abort(deadlineExceeded('over'));
    const call = runInContext({ signal, deadlineEpochMs: Infinity }, () => client().statArtifact({ digest: '' }));
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'over' });
  });

  it('get a share of what is left, or a refusal that names the stage', () => {
    const context = { signal: new AbortController().signal, deadlineEpochMs: Date.now() + 1_000 };
    expect(budgetMs(context, 'download', 500)).toBe(500);
    expect(budgetMs(context, 'download', 5_000)).toBeLessThanOrEqual(1_000);
    expect(() => budgetMs(context, 'download', 5_000, 2_000)).toThrow(
      /^download: \d+ ms left, needs at least 2000 ms$/,
    );
  });
});
