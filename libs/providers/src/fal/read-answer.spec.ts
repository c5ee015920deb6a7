import { readRefusal } from '../http/read-refusal.ts';
import { orTaskLost } from '../music/hosted/lost-work.ts';
import { ofTheModel, wordsIn } from './read-answer.ts';

/** The error for an answer to a question about a task. */
const refusal = (status: number, body: string) =>
  readRefusal(
    {
      provider: 'fal',
      status,
      headers: {},
      cost: 'free',
      body: (async function* () {
        yield await Promise.resolve(Buffer.from(body));
      })(),
    },
    { signal: new AbortController().signal, secret: undefined, readWords: wordsIn },
  );

const PAGES = ['<html>Bad Request</html>', 'no healthy upstream', '{"fault":"gateway"}', ''];

describe('a refusal of the question for a task', () => {
  it('is of the model when it is in the words of the provider', async () => {
    const faults = [{ loc: ['body', 'prompt'], msg: 'no', type: 'value_error' }];
    expect(ofTheModel(await refusal(422, JSON.stringify({ detail: faults })))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'PROVIDER_TASK_REFUSED',
      outcome: 'sent_unknown',
    });
    const moderated = [{ loc: ['body', 'prompt'], msg: 'no', type: 'content_policy_violation' }];
    expect(ofTheModel(await refusal(422, JSON.stringify({ detail: moderated })))).toMatchObject({
      reason: 'PROVIDER_CONTENT_REFUSED',
      outcome: 'sent_unknown',
    });
    expect(orTaskLost('fal', 'task-1', await refusal(404, '{"detail":"Request not found"}'))).toMatchObject({
      reason: 'PROVIDER_TASK_LOST',
    });
  });

  it.each(PAGES)('says nothing of the task when something in between answers %j', async (page) => {
    expect(ofTheModel(await refusal(400, page))).toMatchObject({ reason: 'PROVIDER_REFUSED_REQUEST' });
    expect(orTaskLost('fal', 'task-1', await refusal(404, page))).toMatchObject({ reason: 'PROVIDER_NOT_FOUND' });
  });
});
