import { durationText } from '@framesong/client';
import { EstimateBasis, type ExpectedTime } from '@framesong/contracts/job/v1/outlook';
import { msOfDuration } from '@framesong/rpc';

/** `2.0 s to 5.1 s`, with `usually` where it does not come from jobs of the past; empty without. */
export function expectedText(expected: ExpectedTime | undefined): string {
  const [low, high] = [msOfDuration(expected?.min), msOfDuration(expected?.max)];
  if (expected === undefined || low === undefined || high === undefined) return '';
  const range = low === high ? durationText(low) : `${durationText(low)} to ${durationText(high)}`;
  return expected.basis === EstimateBasis.DEFAULT && high > 0 ? `usually ${range}` : range;
}
