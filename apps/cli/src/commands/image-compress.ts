import { compressImage, durationText } from '@framesong/client';
import {
  BudgetEncoding,
  CompressionFacts,
  ImageFormat,
  type CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import type { Command } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { planCompression, type PlannedImage } from '../compress-plan.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { sizeOfFile, writeOutput } from '../files.ts';
import { listOf, parseSizeBytes, wholeNumber } from '../options/option-parsers.ts';
import { errorJson, errorLines } from '../output/error-text.ts';
import { protoJson } from '../output/proto-json.ts';
import { sizeText, tableLines } from '../output/table.ts';
import type { Session } from '../session.ts';

const FORMATS = {
  jpeg: ImageFormat.JPEG,
  webp: ImageFormat.WEBP,
  png: ImageFormat.PNG,
  avif: ImageFormat.AVIF,
} as const;

interface CompressOptions {
  readonly maxSize: number;
  readonly maxSide: number;
  readonly format?: readonly (keyof typeof FORMATS)[];
  readonly minQuality: number;
  readonly parallel: number;
  readonly output: string;
}

/** What became of one picture. */
interface Outcome {
  readonly input: string;
  readonly beforeBytes: number;
  readonly elapsedMs: number;
  readonly output?: string;
  readonly facts?: CompressionFacts;
  readonly error?: FramesongError;
}

/** `framesong image compress` */
export const imageCompress: CliCommand = {
  define: (command: Command) =>
    void command
      .argument('<in...>', 'pictures; patterns such as photos/*.png are resolved')
      .option('--max-size <size>', 'largest file (default: 300KB)', parseSizeBytes, 300 * 1024)
      .option('--max-side <pixels>', 'longest side (default: as it is)', wholeNumber(0, 16_384), 0)
      .option(
        '--format <formats>',
        'accepted formats: jpeg, webp, png, avif; several with commas or repeats (default: jpeg)',
        listOf(keys),
      )
      .option('--min-quality <number>', 'lowest encoder quality, 1 to 95 (default: open)', wholeNumber(0, 95), 0)
      .option('--parallel <number>', 'how many at a time (default: 4)', wholeNumber(1, 32), 4)
      .requiredOption('-o, --output <folder>', 'where to write'),
  async run(session, operands, values) {
    const options = values as unknown as CompressOptions;
    const plan = await planCompression(operands, options.output);
    const outcomes = await inParallel(plan, options.parallel, (image) => compressOne(session, image, options));
    session.interrupt.throwIfAborted();
    session.output.result({ images: outcomes.map(outcomeJson) }, () => outcomeTable(outcomes));
    for (const { error, input } of outcomes) if (error) tellFailure(session, input, error);
    const failed = outcomes.find(({ error }) => error);
    return failed?.error ? exitCodeOf(failed.error) : 0;
  },
};

const keys = Object.keys(FORMATS) as (keyof typeof FORMATS)[];

async function compressOne(
  session: Session,
  { input, stem }: PlannedImage,
  options: CompressOptions,
): Promise<Outcome> {
  const startedAt = performance.now();
  let beforeBytes = 0;
  try {
    session.interrupt.throwIfAborted();
    beforeBytes = await sizeOfFile('in', input);
    const { compression } = session.framesong;
    const { bytes, facts } = await compressImage(compression, input, compressionOptions(options), session.call());
    const output = `${stem}.${extensionOf(facts.format)}`;
    await writeOutput('--output', output, [bytes]);
    const elapsedMs = performance.now() - startedAt;
    if (process.stderr.isTTY) session.output.note(`${input}: ${sizeText(beforeBytes)} -> ${sizeText(bytes.length)}`);
    return { input, beforeBytes, elapsedMs, output, facts };
  } catch (thrown) {
    return { input, beforeBytes, elapsedMs: performance.now() - startedAt, error: toFramesongError(thrown) };
  }
}

function compressionOptions({ maxSize, maxSide, format, minQuality }: CompressOptions): CompressionOptions {
  return {
    maxSizeBytes: BigInt(maxSize),
    maxSidePixels: maxSide,
    acceptedFormats: (format ?? []).map((name) => FORMATS[name]),
    background: '',
    minQuality,
    minScale: 0,
    alwaysEncode: false,
    tolerateTruncation: false,
    budgetEncoding: BudgetEncoding.UNSPECIFIED,
    estimateQuality: false,
  };
}

function extensionOf(format: ImageFormat): string {
  const name = keys.find((key) => FORMATS[key] === format) ?? 'gif';
  return name === 'jpeg' ? 'jpg' : name;
}

function outcomeTable(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map(({ input, beforeBytes, elapsedMs, facts, output, error }) => [
    input,
    beforeBytes === 0 ? '' : sizeText(beforeBytes),
    facts ? sizeText(Number(facts.sizeBytes)) : '',
    facts ? `${facts.width}x${facts.height}` : '',
    facts ? qualityText(facts) : '',
    durationText(elapsedMs),
    output ?? error?.code ?? '',
  ]);
  return tableLines(['file', 'before', 'after', 'pixels', 'quality', 'time', 'result'], rows);
}

function qualityText({ passthrough, quality }: CompressionFacts): string {
  if (passthrough) return 'as it was';
  return quality === 0 ? 'lossless' : String(quality);
}

function outcomeJson({ input, output, facts, error, elapsedMs }: Outcome): Record<string, unknown> {
  return {
    input,
    ...(output !== undefined && { output }),
    elapsedMs: Math.round(elapsedMs),
    ...(facts && { facts: protoJson(CompressionFacts, facts) }),
    ...(error && { error: errorJson(error) }),
  };
}

function tellFailure({ output }: Session, input: string, error: FramesongError): void {
  const [first = '', ...rest] = errorLines(error);
  output.note([output.paint('red', `${input}: ${first.replace('framesong: ', '')}`), ...rest].join('\n'));
}

/** Works through the items, `width` at a time; the results are in the order of the items. */
async function inParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  return results;
}
