import { inspect } from 'node:util';

const HIDDEN = '[redacted]';

/** A key. Only {@link reveal} gives the text; written, inspected, or put into JSON it shows nothing. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the header it belongs into, and for nothing else. */
  reveal(): string {
    return this.#text;
  }

  /** `text` without this secret, for words of others that may quote it. */
  removeFrom(text: string): string {
    return this.#text === '' ? text : text.replaceAll(this.#text, HIDDEN);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
