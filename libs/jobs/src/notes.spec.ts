import { FramesongError } from '@framesong/errors';
import { defineJob } from './define-job.ts';
import { openTestJobs, startTestPostgres, type TestPostgres } from './testing/test-service.ts';

const NEVER = new AbortController().signal;

describe('notes of a job', () => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  it('are seen by every later run, and those that stand for a doubt are gone once somebody retries it', async () => {
    const seen: unknown[] = [];
    const buying = defineJob({
      kind: 'buying.v1',
      idPrefix: 'frame',
      queue: 'images',
      async run({ notes }) {
        seen.push([await notes.get('task'), await notes.get('sent')]);
        await notes.set('sent', { at: 1 }, { untilRetry: true });
        await notes.set('task', 'task-1');
        await notes.set('task', 'task-2');
        await notes.set('gone', true);
        await notes.remove('gone');
        seen.push([await notes.get('task'), await notes.get('sent'), await notes.get('gone')]);
        throw new FramesongError('no', { code: 'INTERNAL', reason: 'NO' });
      },
    });
    await using jobs = await openTestJobs(postgres, [buying]);
    const { job } = await jobs.submit({ tenant: 'anna', kind: 'buying.v1', input: {} });
    await jobs.wait('anna', job.id, NEVER);
    await jobs.retry('anna', job.id);
    await jobs.wait('anna', job.id, NEVER);
    expect(seen).toEqual([
      [undefined, undefined],
      ['task-2', { at: 1 }, undefined],
      ['task-2', undefined],
      ['task-2', { at: 1 }, undefined],
    ]);
  });
});
