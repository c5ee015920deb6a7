import { FramesongError, invalidField } from '@framesong/errors';

/** What is measured of content on its way to the disk. */
export interface MeasuredContent {
  readonly sizeBytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Compares what arrived with what was announced. @throws FramesongError DATA_LOSS; INVALID_ARGUMENT when it is empty. */
export function checkContent(
  measured: MeasuredContent,
  expected: { readonly sizeBytes?: number | undefined; readonly sha256?: string | undefined },
): void {
  if (expected.sizeBytes !== undefined && expected.sizeBytes !== measured.sizeBytes) {
    throw new FramesongError(
      `${measured.sizeBytes} bytes arrived and ${expected.sizeBytes} were announced: send the content again`,
      { code: 'DATA_LOSS', reason: 'ARTIFACT_SIZE_MISMATCH', metadata: { sizeBytes: String(measured.sizeBytes) } },
    );
  }
  if (measured.sizeBytes === 0) {
    throw invalidField('content', 'must not be empty').with({ reason: 'ARTIFACT_EMPTY' });
  }
  if (expected.sha256 !== undefined && expected.sha256.toLowerCase() !== measured.sha256) {
    throw new FramesongError('the content does not match the digest that was announced: send it again', {
      code: 'DATA_LOSS',
      reason: 'ARTIFACT_DIGEST_MISMATCH',
      metadata: { sha256: measured.sha256 },
    });
  }
}

/** INVALID_ARGUMENT for content over its limit. */
export function tooLarge(limitBytes: number): FramesongError {
  return invalidField('content', `must be at most ${limitBytes} bytes`, {
    metadata: { maxSizeBytes: String(limitBytes) },
  }).with({ reason: 'ARTIFACT_TOO_LARGE' });
}

/** DATA_LOSS for stored content that is not what its digest says. */
export function damaged(digest: string, cause?: unknown): FramesongError {
  return new FramesongError(`the stored content of ${digest} does not match its digest: upload it again`, {
    code: 'DATA_LOSS',
    reason: 'ARTIFACT_DAMAGED',
    resource: { type: 'artifact', name: digest },
    cause,
  });
}
