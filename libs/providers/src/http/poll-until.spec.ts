import { POLL_RULES, pollUntil } from './poll-until.ts';

const rules = { ...POLL_RULES, everyMs: 0, limitMs: 1000 };
const task = { provider: 'somebody', taskId: 'task-7', signal: new AbortController().signal };

describe('the wait for a task', () => {
  let nowMs = 0;
  beforeEach(() => {
    nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => jest.restoreAllMocks());

  /** Each answer comes 900 ms after the one before. */
  const asking = (answers: readonly ({ readonly done: string } | { readonly seen: string } | undefined)[]) => {
    let next = 0;
    return pollUntil(rules, task, () => {
      nowMs += 900;
      return Promise.resolve(answers[next++]);
    });
  };

  it('lasts as long as what is seen of it changes', async () => {
    const seen = ['queued', '10 %', '20 %', '30 %'].map((text) => ({ seen: text }));
    await expect(asking([...seen, { done: 'sound' }])).resolves.toBe('sound');
  });

  it.each([
    ['the same is seen', { seen: 'queued' }],
    ['nothing is', undefined],
  ])('is given up when %s for longer than its limit', async (_, answer) => {
    await expect(asking([answer, answer, answer, { done: 'sound' }])).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      reason: 'PROVIDER_TIMEOUT',
      metadata: { taskId: 'task-7' },
    });
  });
});
