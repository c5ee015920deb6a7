import type {
  GenerateFirstFrameRequest,
  GenerateFirstFrameResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { followJob } from '@framesong/job-api';
import type { CallContext } from '@framesong/rpc';
import { acceptFirstFrame } from './accept-first-frame.ts';
import { firstFrameMessage } from './first-frame-message.ts';
import type { ImageGenerationParts } from './image-generation-service.ts';

/** `GenerateFirstFrame`: a job that its caller waits for. */
export async function* generateFirstFrame(
  parts: ImageGenerationParts,
  { request, detachOnDisconnect }: GenerateFirstFrameRequest,
  call: CallContext,
): AsyncGenerator<GenerateFirstFrameResponse> {
  const submitted = await acceptFirstFrame(parts, request, call, detachOnDisconnect ? 'waits' : 'waits to the end');
  for await (const followed of followJob(parts, submitted, call, detachOnDisconnect)) {
    if (followed.kind === 'accepted') yield { part: { $case: 'accepted', value: followed.job } };
    else if (followed.kind === 'event') yield { part: { $case: 'event', value: followed.event } };
    else yield { part: { $case: 'frame', value: firstFrameMessage(followed.job) } };
  }
}
