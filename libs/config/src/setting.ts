/** What reading one text gave: the value, or what is wrong with it (without the text itself, which may be secret). */
export type Parsed<T> = { readonly value: T } | { readonly fault: string };

/** One setting: where it comes from, what it may be, and how its text is read. Made by `integer`, `durationMs`, `text`... */
export interface Setting<out T> {
  /** Name of the environment variable. */
  readonly env: string;
  readonly description: string;
  /** Text that stands when nothing is set; undefined when the setting may be absent. */
  readonly defaultText: string | undefined;
  /** What a valid text looks like, to end the sentence "expected ...". */
  readonly form: string;
  /** Allowed values for the documentation, for example `1 to 64`; empty when any text of the form will do. */
  readonly range: string;
  /** Unit of the number, or of the texts when they carry one (`duration`, `size`); empty for none. */
  readonly unit: string;
  /** A secret's value never appears in an error, and it may be read from the file that `<env>_FILE` names. */
  readonly secret: boolean;
  readonly parse: (text: string) => Parsed<T>;
}

type Optional = 'range' | 'unit' | 'secret';

/**
 * A setting from its parts.
 * @throws Error when its own default is not valid, or the variable's name is not UPPER_SNAKE_CASE: a mistake in the code.
 */
export function makeSetting<T>(parts: Omit<Setting<T>, Optional> & Partial<Pick<Setting<T>, Optional>>): Setting<T> {
  const setting = { range: '', unit: '', secret: false, ...parts };
  if (!/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(setting.env)) throw new Error(`${setting.env} is not UPPER_SNAKE_CASE`);
  if (setting.defaultText !== undefined) {
    const parsed = setting.parse(setting.defaultText);
    if ('fault' in parsed) {
      throw new Error(
        `the default of ${setting.env}, ${setting.defaultText}, ${parsed.fault}: expected ${setting.form}`,
      );
    }
  }
  return Object.freeze(setting);
}
