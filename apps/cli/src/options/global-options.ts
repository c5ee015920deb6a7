import { Option, type Command } from 'commander';
import { parseAddress, parseDurationMs, parsePairs } from './option-parsers.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  /** For the command as a whole; undefined: what the services have as default. */
  readonly timeout: number | undefined;
  readonly tenant: string | undefined;
  readonly compressionAddress: string | undefined;
  readonly imageAddress: string | undefined;
  readonly musicAddress: string | undefined;
  readonly color: boolean;
  readonly watch: boolean;
  readonly detach: boolean;
  readonly cancelOnInterrupt: boolean;
  readonly requestId: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

/** Global options that only mean something to commands that have to do with jobs. */
export const JOB_OPTIONS = ['watch', 'detach', 'cancelOnInterrupt', 'requestId', 'labels'] as const;

/** Name of a job option. */
export type JobOptionName = (typeof JOB_OPTIONS)[number];

const JOB_HEADING = 'Options of commands that have to do with jobs:';

/** Adds the global options; commander finds them before and after the words of a command. */
export function addGlobalOptions(program: Command): void {
  const address = (flags: string, what: string, variable: string) =>
    new Option(flags, `where ${what} is (default: $${variable})`).argParser(parseAddress);
  const options = [
    new Option('--json', 'print one JSON document on stdout').default(false),
    new Option(
      '--timeout <duration>',
      'deadline of the whole command: 30s, 5m (default: those of the services)',
    ).argParser(parseDurationMs),
    new Option('--tenant <name>', 'whose jobs and artifacts are meant (default: default)'),
    address('--compression-address <host:port>', 'the compression service', 'FRAMESONG_COMPRESSION_ADDRESS'),
    address('--image-address <host:port>', 'the image-generation service', 'FRAMESONG_IMAGE_ADDRESS'),
    address('--music-address <host:port>', 'the music service', 'FRAMESONG_MUSIC_ADDRESS'),
    new Option('--no-color', 'print without colours'),
    new Option('--watch', 'print each event of the job as a line of JSON').default(false).helpGroup(JOB_HEADING),
    new Option('--detach', 'submit, print the id of the job, and go').default(false).helpGroup(JOB_HEADING),
    new Option('--cancel-on-interrupt', 'Ctrl-C and --timeout cancel the job instead of leaving it')
      .default(false)
      .helpGroup(JOB_HEADING),
    new Option('--request-id <id>', 'a repeat with the same id returns the same job').helpGroup(JOB_HEADING),
    new Option('--labels <name=value>', 'labels of the job, or of the jobs to list; several with commas or repeats')
      .argParser(parsePairs)
      .default(new Map<string, string>())
      .helpGroup(JOB_HEADING),
  ];
  for (const option of options) program.addOption(option);
}

/** True for an option that is left out of the help of a command that has no use for it. */
export function isUseless(option: Option, allowed: readonly JobOptionName[]): boolean {
  const name = JOB_OPTIONS.find((candidate) => candidate === option.attributeName());
  return name !== undefined && !allowed.includes(name);
}
