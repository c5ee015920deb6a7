import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface StackOptions {
  /** End after the samples; the exit code tells whether they are good. */
  readonly once: boolean;
  /** Who makes the sample first frame; empty for the embedded engine. */
  readonly provider: string;
  /** Who makes the sample song; empty for the embedded composer. */
  readonly engine: string;
  /** Start an emulator of the provider and of the engine, instead of asking real ones. */
  readonly emulator: boolean;
  readonly help: boolean;
}

/** How the command is used. */
export const USAGE = `Usage: npm start [-- OPTIONS]

Starts all services, makes a sample first frame and a sample song, and serves until Ctrl-C.

  --once           end after the samples; exit code 0 only if they were made and checked
  --provider NAME  have the sample first frame made by jiekou, openai, ark, comfyui, replicate or fal; a real one needs its key
                   and is paid for
  --engine NAME    have the sample song made by another music engine, which has to be configured: docs/music-engines.md
  --emulator       start emulators of that provider and that engine on loopback and use them: nothing is paid for
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
        engine: { type: 'string', default: '' },
        emulator: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const needsName = values.emulator && values.provider === '' && values.engine === '';
    return needsName ? '--emulator needs --provider or --engine' : values;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
