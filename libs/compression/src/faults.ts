import { FramesongError } from '@framesong/errors';

const READABLE = 'JPEG, PNG, WebP, GIF and AVIF are accepted';

/** INVALID_ARGUMENT / IMAGE_EMPTY: no bytes at all. */
export function imageEmpty(): FramesongError {
  return new FramesongError('the image is empty: send the bytes of an image file', {
    code: 'INVALID_ARGUMENT',
    reason: 'IMAGE_EMPTY',
  });
}

/** INVALID_ARGUMENT / IMAGE_UNREADABLE: not an image, or a damaged or truncated one. */
export function imageUnreadable(what: string, cause?: unknown): FramesongError {
  return new FramesongError(`the image cannot be read: ${what}; ${READABLE}`, {
    code: 'INVALID_ARGUMENT',
    reason: 'IMAGE_UNREADABLE',
    cause,
  });
}

/** INVALID_ARGUMENT / IMAGE_UNSUPPORTED: a known file type that is not decoded here. */
export function imageUnsupported(format: string, cause?: unknown): FramesongError {
  return new FramesongError(`${format} is not supported: ${READABLE}`, {
    code: 'INVALID_ARGUMENT',
    reason: 'IMAGE_UNSUPPORTED',
    cause,
    metadata: { format },
  });
}

/** INVALID_ARGUMENT / IMAGE_TOO_LARGE: more pixels than the limit, told from the header alone. */
export function imageTooLarge(width: number, height: number, maxInputPixels: number): FramesongError {
  const pixels = width * height;
  return new FramesongError(
    `the image has ${width} x ${height} = ${pixels} pixels, at most ${maxInputPixels} are accepted: send a smaller one`,
    {
      code: 'INVALID_ARGUMENT',
      reason: 'IMAGE_TOO_LARGE',
      metadata: { width: String(width), height: String(height), maxInputPixels: String(maxInputPixels) },
    },
  );
}

/** What {@link budgetUnreachable} reports; sizes count as the budget counts, base64 characters included. */
export interface UnreachableBudget {
  readonly maxSizeBytes: number;
  readonly smallestSizeBytes: number;
  readonly minQuality: number;
  readonly minScale: number;
}

/** FAILED_PRECONDITION / BUDGET_UNREACHABLE: even at the floors of quality and scale the result is over the budget. */
export function budgetUnreachable(facts: UnreachableBudget): FramesongError {
  const { maxSizeBytes, smallestSizeBytes, minQuality, minScale } = facts;
  return new FramesongError(
    `the image does not fit into ${maxSizeBytes} bytes: the smallest result at quality ${minQuality} and scale ` +
      `${minScale} has ${smallestSizeBytes} bytes; raise the budget to that or lower the floors`,
    {
      code: 'FAILED_PRECONDITION',
      reason: 'BUDGET_UNREACHABLE',
      metadata: {
        maxSizeBytes: String(maxSizeBytes),
        smallestSizeBytes: String(smallestSizeBytes),
        minQuality: String(minQuality),
        minScale: String(minScale),
      },
    },
  );
}
