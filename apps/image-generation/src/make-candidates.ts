import { isPlainError, toFramesongError, toPlainError } from '@framesong/errors';
import { STAGE_TIMEOUT, type JobContext } from '@framesong/jobs';
import { noneMade, wouldFailAgain } from './candidate-failures.ts';
import type {
  CandidateFacts,
  FirstFrameFacts,
  FirstFrameInput,
  PictureRef,
  UsedReferenceFacts,
} from './first-frame-input.ts';
import { fitMadePicture } from './fit-made-picture.ts';
import { generateFrame, type GenerateParts } from './generate-frame.ts';
import { EMBEDDED } from './image-models.ts';
import { orderFrame } from './order-frame.ts';
import type { OrderParts } from './order-from-provider.ts';
import { candidateName, wantedFrames, type WantedFrame } from './wanted-frame.ts';

type MakeParts = GenerateParts & OrderParts;

/** What hangs is begun once more, with twice the time, unless it may have been paid for. */
const GENERATE_RETRY = {
  maxAttempts: 2,
  firstDelayMs: 0,
  shouldRetry: (thrown: unknown) => {
    const { reason, outcome } = toFramesongError(thrown);
    return reason === STAGE_TIMEOUT && outcome !== 'sent_unknown' && outcome !== 'billed';
  },
};

/**
 * Makes the wanted pictures one after another, each in a step of its own, so that a crash makes no finished one again. Of
 * several, those that were made are kept, and why the others were not is told of each.
 * @throws FramesongError when none was made, with the outcome that is worst for the caller's money
 */
export async function makeCandidates(
  parts: MakeParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  draft: PictureRef | undefined,
): Promise<FirstFrameFacts> {
  const { confirmation } = job.input;
  const wanted = wantedFrames(job.input, draft);
  if (wanted.length === 1 && !confirmation) return makeOne(parts, job, references, wanted[0]!);
  const frames: FirstFrameFacts[] = [];
  const candidates: CandidateFacts[] = [];
  for (const one of wanted) {
    const { frame, ...candidate } = await endOf(parts, job, references, one);
    candidates.push(candidate);
    if (frame) frames.push(frame);
    if (frames.length === 0 && candidate.error && wouldFailAgain(candidate.error)) break;
  }
  const [first] = frames;
  if (!first) throw noneMade(candidates, wanted.length);
  return {
    ...first,
    candidates,
    ...(confirmation && { confirmUntil: new Date(Date.now() + confirmation.expiresAfterMs).toISOString() }),
  };
}

type CandidateEnd = CandidateFacts & { readonly frame?: FirstFrameFacts };

/** A failure is noted, so that a crash does not begin a candidate again whose failure may have cost something. */
async function endOf(
  parts: MakeParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
): Promise<CandidateEnd> {
  const { candidate: number, seed } = wanted;
  const note = `failure of candidate ${number}`;
  const noted = await job.notes.get(note);
  if (isPlainError(noted)) return { number, seed, error: noted };
  try {
    const frame = await makeOne(parts, job, references, wanted);
    const { image, width, height, provider, model = '', engine, characters, warnings, providerCall, made } = frame;
    job.progress({
      stage: 'generate_content',
      percent: wanted.toPercent,
      provenance: 'measured',
      message: `candidate ${number} is ready`,
      data: { image: { ...image }, width, height, candidate: number },
    });
    const picture = { image, width, height, provider, model, engine, characters, warnings };
    return {
      frame,
      number,
      seed: frame.seed,
      picture: { ...picture, ...(providerCall && { providerCall }), ...(made && { made }) },
    };
  } catch (thrown) {
    // The whole job is stopped, and goes on or ends as a whole.
    if (job.signal.aborted) throw thrown;
    const error = toPlainError(toFramesongError(thrown));
    // The note is JSON as it stands.
    await job.notes.set(note, JSON.parse(JSON.stringify(error)) as Record<string, string>, { untilRetry: true });
    return { number, seed, error };
  }
}

function makeOne(
  parts: MakeParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
): Promise<FirstFrameFacts> {
  const { provider, model, confirms } = job.input;
  const { made } = confirms ?? {};
  const name = `generate_content ${model} ${candidateName(wanted)}`.trimEnd();
  return job.step(
    name,
    ({ signal }) => {
      if (made) return fitMadePicture(parts, job, made, references, wanted, signal);
      const make = provider === EMBEDDED ? generateFrame : orderFrame;
      return make(parts, job, references, wanted, signal);
    },
    { retry: GENERATE_RETRY, stage: `generate_content ${model}` },
  );
}
