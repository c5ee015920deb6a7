import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface StackOptions {
  /** End after the samples; the exit code tells whether they are good. */
  readonly once: boolean;
  /** Who makes the sample first frame; empty for the embedded engine. */
  readonly provider: string;
  /** Start an emulator of the provider, instead of asking the real one. */
  readonly emulator: boolean;
  readonly help: boolean;
}

/** How the command is used. */
export const USAGE = `Usage: npm start [-- OPTIONS]

Starts all services, makes a sample first frame and a sample song, and serves until Ctrl-C.

  --once           end after the samples; exit code 0 only if they were made and checked
  --provider NAME  have the sample first frame made by jiekou, openai, ark, comfyui, replicate or fal; a real one needs its key
                   and is paid for
  --emulator       start an emulator of that provider on loopback and use it: nothing is paid for
  --help           show this

Settings come from the environment; docs/configuration.md lists them.`;

/** The options, or what is wrong with them. */
export function parseOptions(words: readonly string[]): StackOptions | string {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        once: { type: 'boolean', default: false },
        provider: { type: 'string', default: '' },
        emulator: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values.emulator && values.provider === '' ? '--emulator needs --provider' : values;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
