import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { FramesongError, invalidField, toFramesongError } from '@framesong/errors';
import type { CommandEntry } from './cli-command.ts';
import { EXIT_USAGE, exitCodeOf } from './exit-codes.ts';
import { JOB_OPTIONS, type GlobalOptions } from './options/global-options.ts';
import { createOutput } from './output/output.ts';
import { createProgram } from './program.ts';

/** Runs one command. @returns the exit code */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  endQuietlyWhenNobodyReads();
  let exitCode = 0;
  const output = createOutput({ json: words.includes('--json'), lines: words.includes('--watch') });
  const program = createProgram(ownVersion(), async (entry, command) => {
    exitCode = await runCommand(entry, command, program);
  });
  if (words.includes('--no-color')) output.plain();
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return ofCommander(thrown);
    const error = toFramesongError(thrown);
    output.error(error);
    return exitCodeOf(error);
  }

  async function runCommand(entry: CommandEntry, command: Command, root: Command): Promise<number> {
    const globals = root.opts<GlobalOptions>();
    refuseUseless(entry, root);
    const { withSession } = await import('./session.ts');
    const loaded = await entry.load();
    return withSession({ globals, output, name: entry.path }, (session) =>
      loaded.run(session, command.args, command.opts()),
    );
  }

  /** Help and version end with 0; all else that commander ends for is wrong usage. */
  function ofCommander({ code, exitCode: suggested, message }: CommanderError): number {
    if (suggested === 0) return 0;
    if (code === 'commander.help') return EXIT_USAGE;
    const text = `${message.replace(/^error: /, '')}; see framesong --help`;
    output.error(new FramesongError(text, { code: 'INVALID_ARGUMENT', reason: 'USAGE' }));
    return EXIT_USAGE;
  }
}

function refuseUseless({ path, jobOptions }: CommandEntry, root: Command): void {
  const useless = JOB_OPTIONS.find((name) => !jobOptions.includes(name) && root.getOptionValueSource(name) === 'cli');
  if (useless === undefined) return;
  const flag = root.options.find((option) => option.attributeName() === useless)?.long ?? useless;
  throw invalidField(flag, `has no meaning for ${path}`);
}

/** `framesong jobs list | head`: the reader has enough, which is no fault. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
