import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/regressions.md'), 'utf8');

/** `- `file`: name of the test` */
const LINE = /^- `([^`]+\.spec\.ts)`: (.+)$/gm;

interface Named {
  readonly file: string;
  readonly name: string;
}

function testsIn(text: string): Named[] {
  return [...text.matchAll(LINE)].map(([, file, name]) => ({ file: file!, name: name! }));
}

/** Whether a test of this name runs in a file; quotes inside a name are escaped there. */
function isThere({ file, name }: Named): boolean {
  const path = join(ROOT, file);
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8').replaceAll("\\'", "'");
  const at = ["'", '"', '`'].map((quote) => source.indexOf(`${quote}${name}${quote}`)).find((index) => index >= 0);
  return at !== undefined && !/\b(?:it|describe)\.(?:skip|todo)[^;]*$/.test(source.slice(Math.max(0, at - 200), at));
}

/** The sections of a part of the page, by number. */
function sectionsOf(part: string): ReadonlyMap<number, string> {
  const text = PAGE.split(/^## /m).find((each) => each.startsWith(`${part}\n`)) ?? '';
  const sections = text.split(/^### /m).slice(1);
  return new Map(sections.map((section) => [Number.parseInt(section, 10), section]));
}

describe('docs/regressions.md', () => {
  it('names tests that are there, each by its file and its whole name', () => {
    expect(testsIn(PAGE).filter((test) => !isThere(test))).toEqual([]);
  });

  it.each([
    ['First frames', 13],
    ['Songs', 8],
  ])('has a test at least for every way in which %s fail', (part, count) => {
    const sections = sectionsOf(part);
    expect([...sections.keys()]).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    for (const section of sections.values()) expect(testsIn(section)).not.toEqual([]);
  });

  it('has no line that looks like a test and is none', () => {
    const items = PAGE.split('\n').filter((line) => line.startsWith('- '));
    expect(items).toHaveLength(testsIn(PAGE).length);
  });
});
