import { toFramesongError } from '@framesong/errors';
import { STAGE_TIMEOUT, type JobContext } from '@framesong/jobs';
import type { FirstFrameFacts, FirstFrameInput, UsedReferenceFacts } from './first-frame-input.ts';
import { generateFrame, type GenerateParts } from './generate-frame.ts';
import { EMBEDDED } from './image-models.ts';
import { orderFrame } from './order-frame.ts';
import type { OrderParts } from './order-from-provider.ts';
import { candidateName, type WantedFrame } from './wanted-frame.ts';

/** What hangs is begun once more, with twice the time, unless it may have been paid for. */
const GENERATE_RETRY = {
  maxAttempts: 2,
  firstDelayMs: 0,
  shouldRetry: (thrown: unknown) => {
    const { reason, outcome } = toFramesongError(thrown);
    return reason === STAGE_TIMEOUT && outcome !== 'sent_unknown' && outcome !== 'billed';
  },
};

/** Makes the wanted pictures one after another, each in a step of its own, so that a crash makes no finished one again. */
export async function makeCandidates(
  parts: GenerateParts & OrderParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
): Promise<FirstFrameFacts> {
  const { seed, width, height } = job.input;
  return makeOne(parts, job, references, { candidate: 1, seed, width, height });
}

function makeOne(
  parts: GenerateParts & OrderParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
): Promise<FirstFrameFacts> {
  const { provider, model } = job.input;
  const name = `generate_content ${model} ${candidateName(wanted)}`.trimEnd();
  const make = provider === EMBEDDED ? generateFrame : orderFrame;
  return job.step(name, ({ signal }) => make(parts, job, references, wanted, signal), {
    retry: GENERATE_RETRY,
    stage: `generate_content ${model}`,
  });
}
