import { unavailable } from '@framesong/errors';
import { contextFor, modelOf, requestFor, type AdapterUnderTest } from './adapter-under-test.ts';

/** What every model promises that hands out a task. Part of `describeImageProvider`. */
export function describeTasks(modelName: string, current: () => AdapterUnderTest): void {
  describe(`${modelName}, which hands out a task,`, () => {
    const request = () => requestFor(current(), modelOf(current(), modelName));

    it('has its task saved before the result is asked for', async () => {
      const askedAtSave: number[] = [];
      const saveTaskId = (): Promise<void> => {
        askedAtSave.push(current().requests('poll'));
        return Promise.resolve();
      };
      await current().provider.generate(await request(), contextFor([], { saveTaskId }));
      expect(askedAtSave).toEqual([0]);
    });

    it('does not wait for a result whose task could not be saved, and says that it is paid', async () => {
      const saveTaskId = () => Promise.reject(new Error('the database is away'));
      const failing = current().provider.generate(await request(), contextFor([], { saveTaskId }));
      await expect(failing).rejects.toMatchObject({ outcome: 'billed' });
      expect(current().requests('poll')).toBe(0);
    });

    it('stays paid when the provider cannot be reached afterwards', async () => {
      const saveTaskId = () => current().vanish();
      const failing = current().provider.generate(await request(), contextFor([], { saveTaskId }));
      await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'billed' });
    });

    it('is taken up again by its saved id, and nothing is bought twice', async () => {
      const taskIds: string[] = [];
      const abort = new AbortController();
      const processEnds = unavailable('the process ends', 'WORKER_STOPPING', 1000);
      const left = current().provider.generate(
        await request(),
        contextFor(taskIds, { signal: abort.signal, onProgress: () => abort.abort(processEnds) }),
      );
      await expect(left).rejects.toMatchObject({ code: 'UNAVAILABLE', outcome: 'billed' });
      const [savedTaskId] = taskIds;
      const { billedImages } = await current().provider.generate(
        await request(),
        contextFor(taskIds, { savedTaskId: savedTaskId! }),
      );
      expect(billedImages).toBe(0);
      expect(taskIds).toHaveLength(1);
      expect(current().orders()).toHaveLength(1);
    });

    it('is stopped at the provider when it is cancelled, where the provider can', async () => {
      const { canCancel } = modelOf(current(), modelName);
      const abort = new AbortController();
      const stopped = canCancel ? current().next('cancel') : undefined;
      const cancelled = current().provider.generate(
        await request(),
        contextFor([], { signal: abort.signal, onProgress: () => abort.abort() }),
      );
      // What the provider has stopped is not charged in full, and is of no use to a later retry.
      const confirmed = { outcome: expect.stringMatching(/^(rejected|sent_unknown)$/) as string };
      const money = canCancel
        ? { ...confirmed, metadata: { providerTask: 'cancelled' } }
        : { outcome: 'billed', metadata: expect.not.objectContaining({ providerTask: 'cancelled' }) as object };
      await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED', ...money });
      await stopped;
      expect(current().requests('cancel')).toBe(canCancel ? 1 : 0);
    });

    it('shows progress that never goes back, whatever the provider says', async () => {
      current().fail('status_backwards', 'poll');
      const shares: number[] = [];
      await current().provider.generate(
        await request(),
        contextFor([], { onProgress: ({ share }) => shares.push(share) }),
      );
      expect(shares.length).toBeGreaterThan(0);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
    });
  });
}
