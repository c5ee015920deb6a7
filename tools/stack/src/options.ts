/** What was asked for on the command line. */
export interface StackOptions {
  /** End after the samples; the exit code tells whether they are good. */
  readonly once: boolean;
  readonly help: boolean;
}

/** How the command is used. */
export const USAGE = `Usage: npm start [-- OPTIONS]

Starts all services, makes a sample first frame and a sample song, and serves until Ctrl-C.

  --once    end after the samples; exit code 0 only if they were made and checked
  --help    show this

Settings come from the environment; docs/configuration.md lists them.`;

/** The options, or what is wrong with them. */
export function parseOptions(words: readonly string[]): StackOptions | string {
  const unknown = words.find((word) => !['--once', '--help'].includes(word));
  if (unknown !== undefined) return `unknown option ${unknown}`;
  return { once: words.includes('--once'), help: words.includes('--help') };
}
