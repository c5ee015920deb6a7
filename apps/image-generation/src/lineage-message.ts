import { artifactMessage } from '@framesong/artifact-api';
import type { FrameLineage } from '@framesong/contracts/image/v1/first_frame';
import type { ConfirmedPreview, FirstFrameFacts, FirstFrameInput } from './first-frame-input.ts';

/** What is going to be reused of a preview. */
export function lineageOfInput({ confirms }: FirstFrameInput): FrameLineage | undefined {
  return confirms && confirmedLineage(confirms, confirms);
}

/** Until when a preview can be confirmed; or what a frame has of its preview. */
export function lineageOfResult(facts: FirstFrameFacts, { confirms }: FirstFrameInput): FrameLineage | undefined {
  if (confirms) return confirmedLineage(confirms, facts.previewUse ?? confirms);
  if (facts.confirmUntil === undefined) return undefined;
  return {
    confirmUntil: new Date(facts.confirmUntil),
    previewJobId: '',
    candidate: 0,
    preview: undefined,
    previewUse: '',
    sent: undefined,
    note: `confirmation needed until ${facts.confirmUntil}: ConfirmFirstFrame has one of them made in full`,
  };
}

function confirmedLineage(
  { jobId, candidate, image }: ConfirmedPreview,
  { use, note, sent }: NonNullable<FirstFrameFacts['previewUse']>,
): FrameLineage {
  const preview = artifactMessage(image);
  const asSent = sent && artifactMessage(sent);
  return { confirmUntil: undefined, previewJobId: jobId, candidate, preview, previewUse: use, note, sent: asSent };
}
