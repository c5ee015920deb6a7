import { parseOptions } from './options.ts';

const KNOWN = ['first', 'second'];

describe('options', () => {
  it('takes names and flags in any order', () => {
    expect(parseOptions(['--json', 'second'], KNOWN)).toEqual({
      names: ['second'],
      json: true,
      quick: false,
      write: false,
    });
  });

  it('runs each bench once for all', () => {
    expect(parseOptions(['all', 'first', '--quick', '--write'], KNOWN)).toEqual({
      names: KNOWN,
      json: false,
      quick: true,
      write: true,
    });
  });

  it('says what is wrong', () => {
    expect(parseOptions([], KNOWN)).toBe('which bench?');
    expect(parseOptions(['third'], KNOWN)).toBe('there is no bench third');
    expect(parseOptions(['first', '--fast'], KNOWN)).toBe('unknown option --fast');
  });
});
