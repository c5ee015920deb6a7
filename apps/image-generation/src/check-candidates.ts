import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { msOfDuration } from '@framesong/rpc';
import type { FirstFrameInput } from './first-frame-input.ts';
import { previewSize } from './preview-size.ts';

const MAX_CANDIDATES = 8;
const MIN_EXPIRES_MS = 1_000;
const DAY_MS = 86_400_000;
const MAX_EXPIRES_MS = 7 * DAY_MS;

/** Checks how many pictures are wanted, and whether one of them is to be confirmed. */
export function checkCandidates(
  { candidates, preview, lineage }: FirstFrameRequest,
  fault: (field: string, description: string) => unknown,
): void {
  if (candidates !== undefined && !(candidates >= 1 && candidates <= MAX_CANDIDATES)) {
    fault('request.candidates', `must be 1 to ${MAX_CANDIDATES}, is ${candidates}`);
  }
  const expiresMs = msOfDuration(preview?.expiresAfter);
  if (expiresMs !== undefined && !preview?.requireConfirmation) {
    fault('request.preview.expires_after', 'has no effect without preview.require_confirmation; set it too');
  } else if (expiresMs !== undefined && !(expiresMs >= MIN_EXPIRES_MS && expiresMs <= MAX_EXPIRES_MS)) {
    fault('request.preview.expires_after', `must be 1 s to ${MAX_EXPIRES_MS / DAY_MS} days, is ${expiresMs / 1000} s`);
  }
  if (lineage) fault('request.lineage', 'is only in what the service returns; ConfirmFirstFrame confirms a preview');
}

/** The same as a job stores it; nothing where one picture is wanted at once, so that such inputs stay as they are. */
export function candidatesInput(
  { candidates = 1, preview }: FirstFrameRequest,
  { width, height }: { readonly width: number; readonly height: number },
): Pick<FirstFrameInput, 'candidates' | 'confirmation'> {
  const expiresAfterMs = msOfDuration(preview?.expiresAfter) ?? DAY_MS;
  return {
    ...(candidates > 1 && { candidates }),
    ...(preview?.requireConfirmation && { confirmation: { expiresAfterMs, ...previewSize(width, height) } }),
  };
}
