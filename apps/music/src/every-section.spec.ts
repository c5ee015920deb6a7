import { FramesongError } from '@framesong/errors';
import { forEverySection } from './every-section.ts';

describe('what is done with every section', () => {
  const never = new AbortController().signal;

  it('gives its results in the order of the sections, whichever is ready first', async () => {
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<undefined>());
    const done = forEverySection(3, 3, never, async (index) => {
      await gates[index]!.promise;
      if (index > 0) gates[index - 1]!.resolve(undefined);
      return `section ${index}`;
    });
    gates[2]!.resolve(undefined);
    expect(await done).toEqual(['section 0', 'section 1', 'section 2']);
  });

  it('is begun in their order, and never for more of them than there are lanes', async () => {
    const begun: number[] = [];
    let atWork = 0;
    let most = 0;
    await forEverySection(7, 2, never, async (index) => {
      begun.push(index);
      most = Math.max(most, ++atWork);
      await Promise.resolve();
      atWork--;
    });
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
  });

  it('is stopped by the first failure, which is told when nothing is at work any more', async () => {
    const failure = new FramesongError('no space', { code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL' });
    const begun: number[] = [];
    let ended = 0;
    const done = forEverySection(9, 2, never, async (index, signal) => {
      begun.push(index);
      if (index === 1) throw failure;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ended++;
      throw new Error('stopped');
    });
    await expect(done).rejects.toBe(failure);
    expect(begun).toEqual([0, 1]);
    expect(ended).toBe(1);
  });

  it('is stopped by the signal of the job', async () => {
    const job = new AbortController();
    const done = forEverySection(2, 2, job.signal, async (_, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason as Error;
    });
    const cancelled = new FramesongError('the job was cancelled', { code: 'CANCELLED', reason: 'CANCELLED' });
    job.abort(cancelled);
    await expect(done).rejects.toBe(cancelled);
  });

  it('is nothing for no sections', async () => {
    expect(await forEverySection(0, 2, never, () => Promise.reject(new Error('called')))).toEqual([]);
  });
});
