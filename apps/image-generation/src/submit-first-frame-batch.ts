import type {
  SubmitFirstFrameBatchRequest,
  SubmitFirstFrameBatchResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { submitBatch } from '@framesong/job-api';
import type { CallContext } from '@framesong/rpc';
import { acceptFirstFrame } from './accept-first-frame.ts';
import { FIRST_FRAME_KIND } from './first-frame-workflow.ts';
import type { ImageGenerationParts } from './image-generation-service.ts';

/** `SubmitFirstFrameBatch`: each message a job of its own, durable before the next is read. */
export async function submitFirstFrameBatch(
  parts: ImageGenerationParts,
  requests: AsyncIterable<SubmitFirstFrameBatchRequest>,
  call: CallContext,
): Promise<SubmitFirstFrameBatchResponse> {
  const report = await submitBatch(parts, FIRST_FRAME_KIND, requests, call, (request, place) =>
    acceptFirstFrame(parts, request, call, 'leaves', place),
  );
  return { report };
}
