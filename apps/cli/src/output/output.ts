import { styleText } from 'node:util';
import type { FramesongError } from '@framesong/errors';
import { errorJson, errorLines } from './error-text.ts';

/** Where a command prints. Data goes to stdout, everything else to stderr. */
export interface Output {
  /** True when stdout is to hold JSON. */
  readonly isJson: boolean;
  /** True when stdout holds one JSON document per line, so that events can come before the result. */
  readonly isLines: boolean;
  readonly isPlain: boolean;
  /** Turns colours off. */
  plain(): void;
  /** The result: as a JSON document, or as lines of text. */
  result(json: unknown, lines: () => readonly string[]): void;
  /** An event, as a line of JSON. */
  line(json: unknown): void;
  /** Something for people. */
  note(text: string): void;
  /** What failed, for people; and as the JSON document where there is none yet. */
  error(error: FramesongError): void;
  /** Colours a text that goes to stderr or stdout, where that is a terminal. */
  paint(style: 'red' | 'green' | 'yellow' | 'bold' | 'dim', text: string, stream?: NodeJS.WriteStream): string;
}

/** @param lines the JSON documents are lines of their own */
export function createOutput({ json, lines }: { json: boolean; lines: boolean }): Output {
  let hasResult = false;
  let isPlain = false;
  const document = (value: unknown) => {
    hasResult = true;
    process.stdout.write(`${lines ? JSON.stringify(value) : JSON.stringify(value, undefined, 2)}\n`);
  };
  const paint: Output['paint'] = (style, text, stream = process.stderr) =>
    isPlain ? text : styleText(style, text, { stream });
  return {
    isJson: json || lines,
    isLines: lines,
    get isPlain() {
      return isPlain;
    },
    plain: () => (isPlain = true),
    result(value, text) {
      if (json || lines) document(value);
      else
        process.stdout.write(
          text()
            .map((line) => `${line}\n`)
            .join(''),
        );
    },
    line: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    error(error) {
      const [first = '', ...rest] = errorLines(error);
      process.stderr.write([paint('red', first), ...rest].map((line) => `${line}\n`).join(''));
      if ((json || lines) && !hasResult) document({ error: errorJson(error) });
    },
    paint,
  };
}
