import { MAX_COMPARED_WORDS, textDistance, wordsOf } from './text-distance.ts';

const distance = (left: string, right: string, most = 1) => textDistance(wordsOf(left), wordsOf(right), most);

describe('the distance of texts', () => {
  it('is none between texts that differ in case, marks, spaces and forms of the same characters', () => {
    expect(distance('A red  Fox, running!', 'a red fox running')).toBe(0);
    expect(distance('ｆｉｒｅ ﬁsh', 'fire fish')).toBe(0);
    expect(distance('...', '')).toBe(0);
  });

  it('is the share of words to be changed, in order', () => {
    expect(distance('a red fox runs', 'a red fox sleeps')).toBe(0.25);
    expect(distance('a red fox runs', 'a fox runs')).toBe(0.25);
    expect(distance('one two three four', 'four three two one')).toBe(1);
    expect(distance('', 'word')).toBe(1);
  });

  it('counts characters where words are not parted by spaces', () => {
    expect(wordsOf('月亮 moon2')).toEqual(['月', '亮', 'moon2']);
    expect(distance('月亮在天上', '月亮在水上')).toBe(0.2);
  });

  it('is not told beyond what is asked for, nor of texts that are too long to compare', () => {
    expect(distance('a b c d e', 'a b c d x', 0.2)).toBe(0.2);
    expect(distance('a b c d e', 'a b c x y', 0.3)).toBeUndefined();
    expect(distance('a b c d e', 'e d c b a', 0.3)).toBeUndefined();
    const long = Array.from({ length: MAX_COMPARED_WORDS + 1 }, (_, index) => `w${index}`);
    expect(textDistance(long, long, 0.5)).toBeUndefined();
  });
});
