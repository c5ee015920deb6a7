import { wordsIn } from './read-answer.ts';

describe('the words of an ACE-Step server', () => {
  it('name the fields that it refuses, and never hold what was asked for', () => {
    const detail = [
      { type: 'float_parsing', loc: ['body', 'bpm'], msg: 'Input should be a number', input: 'my lyrics' },
    ];
    expect(wordsIn({ detail }, 422)).toEqual({ message: 'body.bpm: Input should be a number' });
  });

  it.each([
    [{ detail: 'Server is busy' }, { message: 'Server is busy', mayRepeat: false }],
    [
      { data: null, code: 429, error: 'queue is full' },
      { message: 'queue is full', mayRepeat: false },
    ],
    [{ detail: { lyrics: 'my lyrics' } }, { mayRepeat: false }],
    [{}, { mayRepeat: false }],
  ])('are texts only: %j', (body, words) => {
    expect(wordsIn(body, 429)).toEqual(words);
  });
});
