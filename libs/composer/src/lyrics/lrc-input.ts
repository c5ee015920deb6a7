import type { LyricFaults } from './lyric-faults.ts';
import { readSectionTag } from './section-tags.ts';

/** A line as it is read on, and where it stood: `line` and `column` count from 1. */
export interface SourceLine {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const TIME = /\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]/y;
const ANY_TIME = /^\s*\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]/;
const ABOUT = /^\s*\[(?:ti|ar|al|au|by|re|ve|length|offset|tool|la|lr|id)\s*:[^\]]*\]\s*$/i;
const WORD_TIME = /<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>\s?/g;
/** A pause this much longer than the usual distance of two lines parts two stanzas. */
const PAUSE_FACTOR = 2.5;
const LEAST_PAUSE_SECONDS = 6;

interface TimedLine extends SourceLine {
  readonly seconds: number;
}

/** True for the text of an LRC file: one of its lines begins with a time. */
export function isLrc(lines: readonly string[]): boolean {
  return lines.some((line) => ANY_TIME.test(line));
}

/**
 * The lines of an LRC file in the order of their times, without times and what is told about the song. A line with several
 * times comes several times. Remarks that name a section, as this project's own files have them (`# verse`), become tags;
 * without any, a long pause parts two stanzas.
 */
export function readLrc(lines: readonly string[], faults: LyricFaults): SourceLine[] {
  const timed: TimedLine[] = [];
  let seconds = 0;
  lines.forEach((raw, index) => {
    if (ABOUT.test(raw)) return;
    const { times, end } = readTimes(raw, index + 1, faults);
    const words = raw.slice(end).replaceAll(WORD_TIME, '');
    const text = asTag(words);
    // Only with a time an empty line says something: that nothing is sung there.
    if (text.trim() === '' && times.length === 0) return;
    const column = Array.from(raw.slice(0, end)).length + 1;
    for (const time of times.length > 0 ? times : [seconds])
      timed.push({ text, line: index + 1, column, seconds: time });
    seconds = times.at(-1) ?? seconds;
  });
  timed.sort((one, other) => one.seconds - other.seconds);
  return timed.some(({ text }) => /[[【]/.test(text)) ? timed : withPauses(timed);
}

function readTimes(raw: string, line: number, faults: LyricFaults): { times: number[]; end: number } {
  const times: number[] = [];
  let end = raw.length - raw.trimStart().length;
  for (;;) {
    TIME.lastIndex = end;
    const match = TIME.exec(raw);
    if (!match) return { times, end };
    const [whole, minutes, seconds, fraction = ''] = match;
    if (Number(seconds) > 59) {
      faults.add(line, end + 1, `the time ${whole} has more than 59 seconds; write it as [mm:ss.xx]`);
    }
    times.push(Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction || '0'}`));
    end += whole.length;
    end += raw.slice(end).length - raw.slice(end).trimStart().length;
  }
}

function asTag(words: string): string {
  const [, name] = /^\s*#\s*(.+)$/.exec(words) ?? [];
  if (name === undefined) return words;
  return readSectionTag(name) ? `[${name.trim()}]` : '';
}

/** With an empty line in every long pause. */
function withPauses(timed: readonly TimedLine[]): SourceLine[] {
  const gaps = timed.slice(1).map((line, index) => line.seconds - timed[index]!.seconds);
  const usual = gaps.filter((gap) => gap > 0).toSorted((a, b) => a - b);
  const median = usual[Math.floor(usual.length / 2)] ?? 0;
  const pause = Math.max(LEAST_PAUSE_SECONDS, median * PAUSE_FACTOR);
  return timed.flatMap((line, index) =>
    index > 0 && gaps[index - 1]! > pause ? [{ ...line, text: '' }, line] : [line],
  );
}
