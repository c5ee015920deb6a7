import { createHash } from 'node:crypto';
import type {
  ConfirmFirstFrameRequest,
  ConfirmFirstFrameResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { submitForCall } from '@framesong/job-api';
import { msOfDuration, type CallContext } from '@framesong/rpc';
import { checkConfirmable } from './check-confirmable.ts';
import { checkConfirmation, type CheckedConfirmation } from './check-confirmation.ts';
import { confirmedInput } from './confirmed-input.ts';
import { expectedCostOf } from './expected-cost.ts';
import { FIRST_FRAME_KIND } from './first-frame-workflow.ts';
import type { ImageGenerationParts } from './image-generation-service.ts';

/** `ConfirmFirstFrame`: a preview becomes a job that makes it in full. */
export async function confirmFirstFrame(
  parts: ImageGenerationParts,
  request: ConfirmFirstFrameRequest,
  call: CallContext,
): Promise<ConfirmFirstFrameResponse> {
  const { jobs, artifacts, models, providers } = parts;
  const preview = await jobs.get(call.tenant, request.jobId);
  const checked = checkConfirmation(request, preview, models);
  const identity = identityOf(checked);
  const requestId = request.requestId || ownRequestId(checked, identity);
  const lineage = {
    'framesong.preview-job': preview.id,
    'framesong.candidate': String(checked.chosen.number),
  };
  try {
    await checkConfirmable(artifacts, call.tenant, checked.chosen);
  } catch (thrown) {
    // What was confirmed in time stays confirmed.
    const { jobs: confirmed } = await jobs.list(call.tenant, { labels: lineage, pageSize: 500 });
    if (!confirmed.some((job) => job.requestId === requestId)) throw thrown;
  }
  const input = confirmedInput(providers, checked);
  const { labels, priority, expireTime, maxCost } = request;
  const runTimeoutMs = msOfDuration(request.runTimeout);
  const { job } = await submitForCall(
    jobs,
    {
      kind: FIRST_FRAME_KIND,
      input,
      // What the caller was ready to pay for the previews holds for the frame too, where nothing else is said.
      expectedCost: expectedCostOf(checked.model, input, maxCost ?? preview.expectedCost?.maxCost),
      requestId,
      labels: new Map(Object.entries({ ...preview.labels, ...Object.fromEntries(labels), ...lineage })),
      priority,
      runTimeoutMs: runTimeoutMs ?? parts.runTimeoutMs,
      expireTime,
      // Whoever confirms the same without a request id joins, on whatever terms.
      content: request.requestId
        ? [...identity, Object.fromEntries(labels), priority, runTimeoutMs, expireTime, ...(maxCost ? [maxCost] : [])]
        : identity,
    },
    call,
    'leaves',
  );
  return { job: await parts.messages.withOutlook(job, call.language) };
}

/** What makes two confirmations the same. */
function identityOf({ chosen: { jobId, number }, width, height, model }: CheckedConfirmation): unknown[] {
  return [FIRST_FRAME_KIND, jobId, number, width, height, model.provider, model.model];
}

function ownRequestId({ chosen: { jobId, number } }: CheckedConfirmation, identity: readonly unknown[]): string {
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
  return `confirm:${jobId}:${number}:${digest}`;
}
