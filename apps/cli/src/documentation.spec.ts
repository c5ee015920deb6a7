import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMMANDS } from './command-table.ts';
import { EXIT_CODES } from './exit-codes.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
const JOB_HEADING = 'Options of commands that have to do with jobs:';

async function help(...words: string[]): Promise<string> {
  const main = join(import.meta.dirname, 'main.ts');
  return (await promisify(execFile)(process.execPath, [main, ...words, '--help'])).stdout;
}

/** `--seed <number> | same seed, same picture` for each option below a heading of the help, `--help` left out. */
function optionsIn(text: string, heading: string): string[] {
  const rows: string[] = [];
  let isBelow = false;
  for (const line of text.split('\n')) {
    if (/^\S.*:$/.test(line)) isBelow = line === heading;
    else if (isBelow && /^ {2}-/.test(line)) rows.push(line.trim().replace(/ {2,}/, ' | '));
    else if (isBelow && line.trim() !== '') rows.push(`${rows.pop() ?? ''} ${line.trim()}`);
  }
  return rows.filter((row) => !row.startsWith('-h'));
}

/** The same of a section of the page. */
function optionsOf(heading: string): string[] {
  const start = PAGE.indexOf(`\n${heading}\n`);
  expect({ heading, isThere: start >= 0 }).toEqual({ heading, isThere: true });
  const section = PAGE.slice(start + 1).split(/\n#/, 2)[0]!;
  return [...section.matchAll(/^\| `(-[^`]*)` +\| (.*?) +\|$/gm)].map(
    ([, flags, meaning]) => `${flags!} | ${meaning!}`,
  );
}

describe('docs/cli.md', () => {
  it('lists the global options as --help does', async () => {
    const text = await help();
    expect(optionsOf('## Options of every command')).toEqual(optionsIn(text, 'Options:'));
    expect(optionsOf('## Options of commands that have to do with jobs')).toEqual(optionsIn(text, JOB_HEADING));
  });

  it.each(COMMANDS.map(({ path }) => path))('lists the options of %s as its --help does', async (path) => {
    const text = await help(...path.split(' '));
    const usage = /^Usage: (.*)$/m.exec(text)![1]!.replace(' [options]', '');
    expect(optionsOf(`### \`${usage}\``)).toEqual(optionsIn(text, 'Options:'));
  });

  it('lists the exit codes', () => {
    for (const { exitCode, meaning } of EXIT_CODES)
      expect(PAGE).toMatch(new RegExp(`^\\| ${exitCode} +\\| .*${meaning.slice(0, 20)}`, 'm'));
  });
});

describe('framesong --help', () => {
  it('shows only those options for jobs that mean something to the command', async () => {
    expect(await help('jobs', 'watch')).toMatch(/--cancel-on-interrupt/);
    expect(await help('jobs', 'watch')).not.toMatch(/--detach/);
  });
});
