import type { Command } from 'commander';
import type { JobOptionName } from './options/global-options.ts';
import type { Session } from './session.ts';

/** One command: its words, and what it does. */
export interface CliCommand {
  /** Adds arguments and options. */
  define(command: Command): void;
  /**
   * Does it and prints the result.
   * @param operands the words that are no options, at least as many as `define` requires
   * @returns the exit code; none is 0
   * @throws FramesongError, which decides on the exit code
   */
  run(session: Session, operands: readonly string[], options: OptionValues): Promise<number | undefined>;
}

/** Values of the command's own options, by their camel-case names; `define` decides on their types. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** Where a command stands, and how its code is loaded once it is asked for. */
export interface CommandEntry {
  /** `image first-frame`. */
  readonly path: string;
  readonly summary: string;
  /** The options for jobs that mean something here. */
  readonly jobOptions: readonly JobOptionName[];
  readonly load: () => Promise<CliCommand>;
}
