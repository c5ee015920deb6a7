import type { FramesongError } from '@framesong/errors';
import { encodeLrc } from '../encode/lrc.ts';
import { planSong } from '../score/plan-song.ts';
import { LYRICS_MAX_BYTES, parseLyrics } from './parse-lyrics.ts';
import { mandarinTones } from './mandarin-tones.ts';
import { syllabify } from './syllables.ts';

function faultsOf(text: string): string[] {
  try {
    parseLyrics(text);
  } catch (thrown) {
    const error = thrown as FramesongError;
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(error.violations.every((violation) => violation.field === 'lyrics')).toBe(true);
    return error.violations.map((violation) => violation.description);
  }
  return [];
}

const shapeOf = (text: string): string[] =>
  parseLyrics(text).sections.map((section) => `${section.tag}:${section.lines.map((line) => line.text).join('/')}`);

describe('parseLyrics', () => {
  it('reads English and Chinese tags with numbers, sizes and either kind of bracket', () => {
    const text =
      '[Intro-short]\n[Verse 1]\nla la\n【主歌二】\n月光\n[Pre-Chorus]\noh\n[副歌]\n回家吧\n[Guitar Solo]\n[间奏]\n[尾奏]';
    const tags = parseLyrics(text).sections.map((section) => section.tag);
    expect(tags).toEqual(['intro', 'verse', 'verse', 'pre-chorus', 'chorus', 'inst', 'inst', 'outro']);
    expect(parseLyrics(text).sections[0]).toMatchObject({ name: 'Intro-short', size: 'short' });
  });

  it('reads the one-line form, in which a point ends a line', () => {
    expect(shapeOf('[intro-short] ; [verse] hello world.good night ; [chorus] sing it.again ; [outro-short]')).toEqual([
      'intro:',
      'verse:hello world/good night',
      'chorus:sing it/again',
      'outro:',
    ]);
  });

  it('takes a stanza that comes twice for the chorus where there are no tags', () => {
    expect(shapeOf('one\ntwo\n\nsing\n\nthree\n\nsing')).toEqual([
      'verse:one/two',
      'chorus:sing',
      'verse:three',
      'chorus:sing',
    ]);
    expect(shapeOf('one\r\n\r\ntwo')).toEqual(['verse:one', 'chorus:two']);
  });

  it('says where every line stands in the text', () => {
    const { sections } = parseLyrics('[verse] first. second\n  third');
    expect(sections[0]!.lines.map(({ text, line, column }) => [text, line, column])).toEqual([
      ['first', 1, 9],
      ['second', 1, 16],
      ['third', 2, 3],
    ]);
  });

  it('names all faults at once, in the order of the text, with the fix', () => {
    const faults = faultsOf('[vers]\nla\u0007 la\n[chorus]\n\n[bridge\nla');
    expect(faults).toHaveLength(4);
    expect(faults[0]).toMatch(
      /^line 1, column 1: \[vers\] is not a known tag; use one of \[intro\] 前奏, \[verse\] 主歌/,
    );
    expect(faults[1]).toBe('line 2, column 3: control character U+0007 is not allowed; delete it');
    expect(faults[2]).toMatch(/^line 3, column 1: \[chorus\] has nothing to sing; write a line under it/);
    expect(faults[3]).toMatch(/^line 5, column 1: \[ opens a tag that is not closed/);
  });

  it('names twenty faults at most and says how many more there are', () => {
    const faults = faultsOf('[nonsense]\n'.repeat(50));
    expect(faults).toHaveLength(20);
    expect(faults.at(-1)).toBe('and 31 more faults; mend the ones above first');
  });

  it('refuses text without anything to sing and text beyond 64 KiB', () => {
    expect(faultsOf('')).toEqual([expect.stringMatching(/nothing to sing/)]);
    expect(faultsOf('...\n!!')).toEqual([expect.stringMatching(/nothing to sing/)]);
    expect(faultsOf('[intro]\n[outro]')).toEqual([expect.stringMatching(/nothing to sing/)]);
    expect(faultsOf('歌'.repeat(LYRICS_MAX_BYTES / 3 + 1))).toEqual([
      expect.stringMatching(/at most 65536 bytes.*is 65538/),
    ]);
  });

  it('keeps words that stand before the first tag, and says so', () => {
    const parsed = parseLyrics('hello\n[chorus]\nla');
    expect(parsed.sections.map((section) => section.tag)).toEqual(['verse', 'chorus']);
    expect(parsed.warnings).toEqual([expect.stringMatching(/^line 1: words before the first tag/)]);
  });

  it('splits what nobody can sing in one breath, and loses no syllable', () => {
    const long = '月光落在河面上我轻轻唱一首歌给远方的你听请你记得我';
    const lines = parseLyrics(long).sections[0]!.lines;
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.flatMap((line) => line.syllables).join('')).toBe(long);
  });
});

describe('syllabify', () => {
  it.each([
    ['river', 'ri ver'],
    ['table', 'tab le'],
    ['loved', 'loved'],
    ['wanted', 'wan ted'],
    ['radio', 'ra di o'],
    ['station', 'sta tion'],
    ['yellow', 'yel low'],
    ["don't", "don't"],
    ['你好world', '你 好 world'],
    ['きょうは', 'きょ う は'],
    ['안녕 24', '안 녕 2 4'],
    ['привет', 'при вет'],
  ])('splits %s', (text, syllables) => {
    expect(syllabify(text)).toEqual(syllables.split(' '));
  });

  it('loses no word of a script that it has no rule for', () => {
    expect(syllabify('สวัสดี').join('')).toBe('สวัสดี'.normalize('NFC'));
  });
});

describe('mandarinTones', () => {
  it('reads a character by its context', () => {
    expect(mandarinTones('银行')).toEqual([2, 2]);
    expect(mandarinTones('行走了')).toEqual([2, 3, 0]);
  });

  it('has none for Japanese', () => {
    expect(mandarinTones('月の光')).toEqual([]);
  });
});

describe('an LRC file', () => {
  const read = (text: string) =>
    parseLyrics(text).sections.map(({ tag, lines }) => [tag, ...lines.map((line) => line.text)]);

  it('is sung in the order of its times, without what it tells about the song', () => {
    const text = '[ti:Rain]\n[ar:nobody]\n[offset:+100]\n[00:08.00]I wait for you\n[00:04.50]Rain on the road\n';
    expect(read(text)).toEqual([['verse', 'Rain on the road', 'I wait for you']]);
  });

  it('repeats a line that has several times, and parts stanzas at long pauses', () => {
    const text =
      '[00:01]one\n[00:04]two\n[00:07]three\n[00:20][01:00]come home\n[00:23][01:03]to me\n[00:40]four\n[00:43]five\n';
    expect(read(text)).toEqual([
      ['verse', 'one', 'two', 'three'],
      ['chorus', 'come home', 'to me'],
      ['verse', 'four', 'five'],
      ['chorus', 'come home', 'to me'],
    ]);
  });

  it('takes tags, and the remarks of our own files, as sections, and leaves out the times of words', () => {
    expect(
      read('[00:00.00]# verse\n[00:01.00]<00:01.00>Rain <00:01.50>falls\n[00:04.00][副歌]\n[00:05.00]Come home\n'),
    ).toEqual([
      ['verse', 'Rain falls'],
      ['chorus', 'Come home'],
    ]);
    const plan = planSong({ lyrics: '[verse]\nRain on the road\n[chorus]\nCome home', style: 'folk', seed: 1 });
    expect(read(encodeLrc(plan)).filter(([, ...lines]) => lines.length > 0)).toEqual([
      ['verse', 'Rain on the road'],
      ['chorus', 'Come home'],
    ]);
  });

  it('says of a fault where it stands in the file', () => {
    expect(faultsOf('[00:01.00]Rain\n[00:75.00]more\n[00:03.00] [vers]\nmore')).toEqual([
      expect.stringContaining('line 2, column 1: the time [00:75.00] has more than 59 seconds') as string,
      expect.stringContaining('line 3, column 12: [vers] is not a known tag') as string,
    ]);
  });
});
