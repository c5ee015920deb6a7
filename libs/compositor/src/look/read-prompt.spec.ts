import { chooseShot } from '../staging/shot.ts';
import { readPrompt } from './read-prompt.ts';

const read = (prompt: string, style = '', negative = '', names: string[] = []) =>
  readPrompt(prompt, style, negative, names);

describe('reading a prompt', () => {
  it.each([
    ['a rainy night', ['night', 'rain']],
    ['雨夜，黑白', ['night', 'rain', 'noir']],
    ['夕阳下的山坡，温馨', ['sunset', 'warm']],
    ['foggy winter morning, dreamy', ['fog', 'dream', 'snow']],
    ['雾气朦胧的冬天', ['fog', 'snow']],
    ['watercolour, vintage', ['paint', 'sepia']],
    ['赛博朋克，漫画', ['cold', 'comic']],
    ['线稿', ['lineart']],
    ['a brainstorm on a storyboard', []],
  ])('finds the looks of "%s"', (prompt, looks) => {
    expect(read(prompt).looks).toEqual(looks);
  });

  it('takes looks from the style as well', () => {
    expect(read('two friends', 'noir').looks).toEqual(['noir']);
  });

  it('lets the first look of a family win and lists the loser as ignored', () => {
    const { looks, ignoredWords } = read('a sketch, later a comic');
    expect(looks).toEqual(['lineart']);
    expect(ignoredWords).toEqual(['later', 'comic']);
  });

  it.each([['no rain at night'], ['night without any rain'], ['夜晚，没有雨'], ['夜晚，不要下雨']])(
    'leaves out what "%s" negates',
    (prompt) => {
      expect(read(prompt).looks).toEqual(['night']);
    },
  );

  it('leaves out what the negative prompt names', () => {
    expect(read('rainy night', '', 'rain, blur').looks).toEqual(['night']);
  });

  it('lists the words that change nothing, once each, without names and fillers', () => {
    expect(read('Mei waits for the Bus, the bus at night', '', '', ['Mei']).ignoredWords).toEqual(['waits', 'bus']);
    expect(read('小梅在夜晚的公路等车', '', '', ['小梅']).ignoredWords).toEqual(['公路', '等', '车']);
  });

  it.each([
    ['close-up of her', 'close'],
    ['特写', 'close'],
    ['中景', 'medium'],
    ['establishing shot', 'wide'],
    ['全身', 'full'],
    ['a road', 'full'],
    ['no close-up', 'full'],
  ])('chooses the shot for "%s"', (prompt, shot) => {
    expect(chooseShot(read(prompt).asked, false)).toBe(shot);
  });

  it('makes a medium shot of a figure that its picture cut off, unless a close-up was asked for', () => {
    expect(chooseShot('full shot', true)).toBe('medium');
    expect(chooseShot('close-up', true)).toBe('close');
  });
});
