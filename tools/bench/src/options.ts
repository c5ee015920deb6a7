/** What was asked for on the command line. */
export interface BenchOptions {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly quick: boolean;
  readonly write: boolean;
}

/** How the command is used. */
export function usage(names: readonly string[]): string {
  return `Usage: npm run bench -- NAME... [--json] [--quick] [--write]

NAME is ${names.join(', ')}, or all.

  --json    one line per figure on stdout: {"bench","figure","value","unit","against"}
  --quick   fewer and smaller runs, within a minute each
  --write   put the figures into docs/measurements.md`;
}

/** The options, or what is wrong with them. */
export function parseOptions(words: readonly string[], known: readonly string[]): BenchOptions | string {
  const flags = words.filter((word) => word.startsWith('--'));
  const unknownFlag = flags.find((flag) => !['--json', '--quick', '--write'].includes(flag));
  if (unknownFlag !== undefined) return `unknown option ${unknownFlag}`;
  const asked = words.filter((word) => !word.startsWith('--'));
  if (asked.length === 0) return 'which bench?';
  const unknown = asked.find((name) => name !== 'all' && !known.includes(name));
  if (unknown !== undefined) return `there is no bench ${unknown}`;
  return {
    names: asked.includes('all') ? known : known.filter((name) => asked.includes(name)),
    json: flags.includes('--json'),
    quick: flags.includes('--quick'),
    write: flags.includes('--write'),
  };
}
