import type {
  SubmitFirstFrameRequest,
  SubmitFirstFrameResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import type { CallContext } from '@framesong/rpc';
import { acceptFirstFrame } from './accept-first-frame.ts';
import type { ImageGenerationParts } from './image-generation-service.ts';

/** `SubmitFirstFrame`: accepted means durable. */
export async function submitFirstFrame(
  parts: ImageGenerationParts,
  { request }: SubmitFirstFrameRequest,
  call: CallContext,
): Promise<SubmitFirstFrameResponse> {
  const { job } = await acceptFirstFrame(parts, request, call, 'leaves');
  return { job: await parts.messages.withOutlook(job, call.language) };
}
