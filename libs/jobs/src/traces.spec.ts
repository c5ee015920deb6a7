import { context, trace } from '@opentelemetry/api';
import { defineJob } from './define-job.ts';
import type { Job } from './job.ts';
import { recordSpans, type RecordedSpan } from './testing/recorded-spans.ts';
import { openTestJobs, soon, startTestPostgres } from './testing/test-service.ts';

describe('the traces of a job', () => {
  it('are one with the caller who waits, and of their own with links for everybody else', async () => {
    const spans = recordSpans();
    const postgres = await startTestPostgres();
    let broken = true;
    const definition = defineJob<{ readonly breaks: boolean }, string>({
      kind: 'traced.v1',
      idPrefix: 'frame',
      queue: 'images',
      run: (job) =>
        job.step('generate', () =>
          job.input.breaks && broken ? Promise.reject(new Error('broken')) : Promise.resolve('made'),
        ),
    });
    const jobs = await openTestJobs(postgres, [definition]);
    const caller = trace.getTracer('test').startSpan('caller');
    const run = (attached: boolean, breaks: boolean): Promise<Job> =>
      context.with(trace.setSpan(context.active(), caller), async () => {
        const { job } = await jobs.submit({ kind: 'traced.v1', tenant: 'anna', input: { breaks }, attached });
        return jobs.wait('anna', job.id, soon());
      });
    const of = (job: Job, name: string): RecordedSpan[] =>
      spans.filter((span) => span.name === name && span.attributes['framesong.job.id'] === job.id);
    const below = (parent: RecordedSpan): string[] =>
      spans.filter(({ parentId }) => parentId === parent.id).map(({ name }) => name);
    try {
      const attached = await run(true, false);
      const [sent] = of(attached, 'send images');
      const [processed] = of(attached, 'process traced.v1');
      expect(sent?.parentId).toBe(caller.spanContext().spanId);
      expect(processed).toMatchObject({ parentId: sent?.id, traceId: caller.spanContext().traceId, linkedIds: [] });
      expect(below(processed!)).toEqual(['queue wait', 'generate']);
      expect(attached).toMatchObject({ traceId: processed?.traceId, submitTraceId: processed?.traceId });

      const failed = await run(false, true);
      broken = false;
      await jobs.retry('anna', failed.id);
      const done = await jobs.wait('anna', failed.id, soon());
      const [submission] = of(done, 'send images');
      const [first, second] = of(done, 'process traced.v1');
      expect(first).toMatchObject({ parentId: undefined, linkedIds: [submission?.id] });
      expect(first?.attributes).toMatchObject({
        'framesong.job.state': 'FAILED',
        'error.type': 'INTERNAL',
        'framesong.tenant': 'anna',
      });
      expect(second).toMatchObject({ parentId: undefined, linkedIds: [submission?.id, first?.id] });
      expect(done).toMatchObject({ traceId: second?.traceId, submitTraceId: caller.spanContext().traceId });
      expect(new Set([caller.spanContext().traceId, first?.traceId, second?.traceId]).size).toBe(3);
    } finally {
      await jobs.close();
      await postgres.remove();
    }
  });
});
