import { Command, type Option } from 'commander';
import type { CommandEntry } from './cli-command.ts';
import { COMMANDS, GROUPS } from './command-table.ts';
import { exitCodeLines } from './exit-codes.ts';
import { addGlobalOptions, isUseless } from './options/global-options.ts';

/** Width of the help where it does not go to a terminal. */
const HELP_WIDTH = 120;

const AFTERWORD = `
Exit codes:
${exitCodeLines().join('\n')}

Examples:
  framesong image first-frame --scene road.jpg --character mei=mei.png --prompt 'Mei waits' -o frame.png
  framesong image compress 'photos/*.png' --max-size 300KB --format webp,jpeg -o small
  framesong music song --lyrics rain.txt --style 'lo-fi, rainy' -o songs
  framesong jobs list --json | jq '.jobs[].id'
`;

const HELP = { optionDescription: (option: Option) => option.description };

/** Runs the command that was found, with the words and options it was given. */
export type Act = (entry: CommandEntry, command: Command) => Promise<void>;

/** The whole command line. A command's own code is loaded when its words are met. */
export function createProgram(version: string, act: Act): Command {
  const program = new Command('framesong')
    .description('Makes the pictures and the music of a storyboard by calling the Framesong services.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', AFTERWORD)
    // Descriptions say their defaults themselves, in words.
    .configureHelp(HELP)
    .exitOverride()
    .configureOutput({ outputError: () => undefined, getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth });
  addGlobalOptions(program);
  const groups = new Map<string, Command>();
  for (const entry of COMMANDS) {
    const words = entry.path.split(' ');
    const parent = words.length === 1 ? program : groupOf(program, groups, words[0]!);
    const command = parent
      .command(words.at(-1)!)
      .description(entry.summary)
      .helpOption('-h, --help', 'print this help');
    command.configureHelp({
      ...HELP,
      showGlobalOptions: true,
      visibleGlobalOptions: () => program.options.filter((option) => isShown(option, entry)),
    });
    command.action(() => act(entry, command));
    parent.hook('preSubcommand', async (_, met) => {
      if (met === command) (await entry.load()).define(command);
    });
  }
  return program;
}

function groupOf(program: Command, groups: Map<string, Command>, name: string): Command {
  const known = groups.get(name);
  if (known) return known;
  const group = program
    .command(name)
    .description(GROUPS[name] ?? '')
    .helpOption('-h, --help', 'print this help');
  groups.set(name, group);
  return group;
}

function isShown(option: Option, { jobOptions }: CommandEntry): boolean {
  return option.long !== '--version' && !isUseless(option, jobOptions);
}

function helpWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : HELP_WIDTH;
}
