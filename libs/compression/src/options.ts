import { invalidArgument, type FieldViolation } from '@framesong/errors';
import { fileBudget, type BudgetEncoding } from './budget.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './formats.ts';

/** What the result must satisfy. */
export interface CompressOptions {
  /** The budget: at least 64. Counted as {@link CompressOptions.budgetEncoding} says. */
  readonly maxSizeBytes: number;
  /** Longest side of the result in pixels; larger pictures are reduced to it. Default: no limit. */
  readonly maxSidePixels?: number;
  /** Formats the result may have, at least one. AVIF costs several times the CPU: it is taken only when it stands first or no other lossy format is named. */
  readonly acceptedFormats: readonly OutputFormat[];
  /** '#rrggbb': what shows through where transparency cannot be kept. */
  readonly background: string;
  /** Lowest encoder quality, 1 to 100, in the scale of the format that is used. Default: the lowest that format is used at. */
  readonly minQuality?: number;
  /** Smallest linear scale, above 0 to 1, after {@link CompressOptions.maxSidePixels} was applied. Default 0.05. */
  readonly minScale?: number;
  /** Returns the source's own picture data when it already satisfies everything. Default true. */
  readonly allowPassthrough?: boolean;
  /** Pixels of the source, checked from its header before decoding. Default 50 million. */
  readonly maxInputPixels?: number;
  /** Decodes what is there of a truncated source, with a warning, instead of failing. Default false. */
  readonly tolerateTruncation?: boolean;
  /** Default 'binary'. */
  readonly budgetEncoding?: BudgetEncoding;
  /** Measures how much the result looks like the source, see `CompressResult.ssim`: a decode and some CPU more. Default false. */
  readonly estimateQuality?: boolean;
  /** Looked at between steps; a native encode that has begun runs to its end. */
  readonly signal?: AbortSignal;
}

/** {@link CompressOptions}, checked and with the defaults filled in. */
export interface CompressRequest {
  readonly maxSizeBytes: number;
  readonly budgetEncoding: BudgetEncoding;
  /** Largest file that satisfies the budget, in bytes. */
  readonly fileBudgetBytes: number;
  readonly maxSidePixels: number;
  readonly acceptedFormats: readonly OutputFormat[];
  readonly background: string;
  readonly minQuality: number;
  readonly minScale: number;
  readonly allowPassthrough: boolean;
  readonly maxInputPixels: number;
  readonly tolerateTruncation: boolean;
  readonly estimateQuality: boolean;
  readonly signal: AbortSignal | undefined;
}

const MIN_BUDGET_BYTES = 64;
const MAX_SIDE_PIXELS = 16_383; // WebP's longest side; JPEG's is 65 535.

/** Checks all options at once. Throws INVALID_ARGUMENT naming every faulty field and its limit. */
export function resolveOptions(options: CompressOptions): CompressRequest {
  const faults: FieldViolation[] = [];
  const within = (field: string, value: number, min: number, max: number, whole: boolean) => {
    const fits = value >= min && value <= max && (!whole || Number.isInteger(value));
    const kind = whole ? 'a whole number of' : 'a number of';
    if (!fits) faults.push({ field, description: `must be ${kind} ${min} to ${max}, is ${value}` });
    return value;
  };
  const formats = [...new Set(options.acceptedFormats)];
  const unknown = formats.filter((format) => !OUTPUT_FORMATS.includes(format));
  if (formats.length === 0 || unknown.length > 0)
    faults.push({
      field: 'acceptedFormats',
      description: `must name at least one of ${OUTPUT_FORMATS.join(', ')}, has [${formats.join(', ')}]`,
    });
  if (!/^#[0-9a-f]{6}$/i.test(options.background))
    faults.push({ field: 'background', description: `must be a colour as #rrggbb, is '${options.background}'` });

  const budgetEncoding = options.budgetEncoding ?? 'binary';
  const maxSizeBytes = within('maxSizeBytes', options.maxSizeBytes, MIN_BUDGET_BYTES, 2 ** 31, true);
  const request: CompressRequest = {
    maxSizeBytes,
    budgetEncoding,
    fileBudgetBytes: fileBudget(maxSizeBytes, budgetEncoding),
    maxSidePixels:
      options.maxSidePixels === undefined
        ? MAX_SIDE_PIXELS
        : within('maxSidePixels', options.maxSidePixels, 1, MAX_SIDE_PIXELS, true),
    acceptedFormats: formats,
    background: options.background,
    minQuality: within('minQuality', options.minQuality ?? 1, 1, 100, true),
    minScale: within('minScale', options.minScale ?? 0.05, 0.001, 1, false),
    allowPassthrough: options.allowPassthrough ?? true,
    maxInputPixels: within('maxInputPixels', options.maxInputPixels ?? 50_000_000, 1, 2 ** 31, true),
    tolerateTruncation: options.tolerateTruncation ?? false,
    estimateQuality: options.estimateQuality ?? false,
    signal: options.signal,
  };
  if (faults.length > 0) throw invalidArgument(faults);
  return request;
}
