import type { CompressOptions, OutputFormat } from '@framesong/compression';
import {
  BudgetEncoding,
  ImageFormat,
  type CompressionOptions,
} from '@framesong/contracts/compression/v1/compression_service';
import { invalidArgument, type FieldViolation } from '@framesong/errors';

/** Options of the library that cross to a worker process. */
export type PoolOptions = Omit<CompressOptions, 'signal'>;

/** What applies where a request names nothing. */
export interface CompressionDefaults {
  readonly budgetBytes: number;
}

/** Smallest and largest budget of an image. */
export const MIN_BUDGET_BYTES = 1024;
export const MAX_BUDGET_BYTES = 64 * 1024 * 1024;
const OUTPUTS: Readonly<Partial<Record<ImageFormat, OutputFormat>>> = {
  [ImageFormat.JPEG]: 'jpeg',
  [ImageFormat.PNG]: 'png',
  [ImageFormat.WEBP]: 'webp',
  [ImageFormat.AVIF]: 'avif',
};

/**
 * The options of a request with the defaults filled in.
 * @throws FramesongError INVALID_ARGUMENT naming every faulty field
 */
export function compressionOptions(
  options: CompressionOptions | undefined,
  defaults: CompressionDefaults,
): PoolOptions {
  const faults: FieldViolation[] = [];
  const within = (field: string, value: number, min: number, max: number) => {
    if (!(value >= min && value <= max)) {
      faults.push({ field: `options.${field}`, description: `must be ${min} to ${max}, is ${value}` });
    }
    return value;
  };
  const formats = (options?.acceptedFormats ?? []).map((format) => OUTPUTS[format]);
  if (formats.includes(undefined)) {
    const description = 'takes IMAGE_FORMAT_JPEG, _PNG, _WEBP and _AVIF; leave it empty for JPEG';
    faults.push({ field: 'options.accepted_formats', description });
  }
  const background = options?.background ? options.background : '#ffffff';
  if (!/^#[0-9a-f]{6}$/i.test(background)) {
    faults.push({ field: 'options.background', description: 'must be a colour as #rrggbb, for example #ffffff' });
  }
  const maxSizeBytes = options?.maxSizeBytes ? Number(options.maxSizeBytes) : defaults.budgetBytes;
  const result: PoolOptions = {
    maxSizeBytes: within('max_size_bytes', maxSizeBytes, MIN_BUDGET_BYTES, MAX_BUDGET_BYTES),
    ...(options?.maxSidePixels && { maxSidePixels: within('max_side_pixels', options.maxSidePixels, 16, 16_383) }),
    acceptedFormats: formats.length > 0 ? formats.filter((format) => format !== undefined) : ['jpeg'],
    background,
    ...(options?.minQuality && { minQuality: within('min_quality', options.minQuality, 1, 95) }),
    ...(options?.minScale && { minScale: within('min_scale', options.minScale, 0.001, 1) }),
    allowPassthrough: !options?.alwaysEncode,
    tolerateTruncation: options?.tolerateTruncation ?? false,
    budgetEncoding: options?.budgetEncoding === BudgetEncoding.BASE64 ? 'base64' : 'binary',
    estimateQuality: options?.estimateQuality ?? false,
  };
  if (faults.length > 0) throw invalidArgument(faults);
  return result;
}
