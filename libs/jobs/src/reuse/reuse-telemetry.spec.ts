import { defineJob } from '../define-job.ts';
import { recordCounts } from '../testing/recorded-counts.ts';
import { recordSpans } from '../testing/recorded-spans.ts';
import { createGate, openTestJobs, soon, startTestPostgres } from '../testing/test-service.ts';

describe('the telemetry of jobs', () => {
  it('shows whether a result was there, under way or missing, and which timeout a step got and why', async () => {
    const spans = recordSpans();
    const counts = recordCounts();
    const postgres = await startTestPostgres();
    const goOn = createGate();
    const limits = { name: 'compose', stage: 'compose', floorMs: 10, ceilingMs: 5000 };
    const definition = defineJob<null, string>({
      kind: 'told.v1',
      idPrefix: 'frame',
      queue: 'images',
      run: (job) => job.step('generate', () => job.withTimeout(limits, () => goOn.reached.then(() => 'made'))),
    });
    const jobs = await openTestJobs(postgres, [definition]);
    const submit = async (text: string) => {
      const terms = { rest: 1, seed: 1, anySeed: false, read: true, write: true, maxDistance: 0.5 };
      const reuse = { ...terms, text, isUsable: () => Promise.resolve(true) };
      return (await jobs.submit({ kind: 'told.v1', tenant: 'anna', input: null, reuse })).job;
    };
    try {
      const first = await submit('a red fox runs');
      const second = await submit('a red fox runs');
      goOn.open();
      await Promise.all([first, second].map(({ id }) => jobs.wait('anna', id, soon())));
      await submit('a red fox sleeps');
      const told = spans.filter(({ name }) => name === 'send images').map(({ attributes }) => attributes);
      expect(told).toEqual([
        expect.objectContaining({ 'framesong.cache.name': 'results of images', 'framesong.cache.result': 'miss' }),
        expect.objectContaining({ 'framesong.cache.result': 'coalesced', 'framesong.cache.distance': 0 }),
        expect.objectContaining({ 'framesong.cache.result': 'hit', 'framesong.cache.distance': 0.25 }),
      ]);
      expect(counts.filter(({ name }) => name === 'framesong.cache.requests')).toEqual(
        ['miss', 'coalesced', 'hit'].map((result) => ({
          name: 'framesong.cache.requests',
          value: 1,
          attributes: { 'framesong.cache.name': 'results of images', 'framesong.cache.result': result },
        })),
      );
      expect(spans.find(({ name }) => name === 'generate')!.attributes).toMatchObject({
        'framesong.provider.timeout': 5,
        'framesong.timeout.basis': 'cold_start',
        'framesong.timeout.samples': 0,
      });
    } finally {
      await jobs.close();
      await postgres.remove();
    }
  });
});
