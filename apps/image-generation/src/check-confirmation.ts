import type { ConfirmFirstFrameRequest } from '@framesong/contracts/image/v1/image_generation_service';
import { FramesongError, fromPlainError, invalidArgument, type FieldViolation } from '@framesong/errors';
import { checkJobTerms } from '@framesong/job-api';
import type { Job } from '@framesong/jobs';
import { checkSize, modelOf, unknownModel } from './check-first-frame.ts';
import type { AskedModel, CandidateFacts, FirstFrameFacts, FirstFrameInput } from './first-frame-input.ts';
import { maxCharactersOf, type ImageModelFacts } from './image-models.ts';

/** A preview as it was chosen. */
export interface ChosenPreview {
  readonly jobId: string;
  readonly number: number;
  readonly seed: number;
  readonly picture: NonNullable<CandidateFacts['picture']>;
  /** Of the preview's job. */
  readonly input: FirstFrameInput;
  readonly facts: FirstFrameFacts;
}

/** A confirmation without fault. */
export interface CheckedConfirmation {
  readonly chosen: ChosenPreview;
  readonly model: ImageModelFacts;
  readonly width: number;
  readonly height: number;
}

/**
 * Checks a confirmation against the job of its preview.
 * @throws FramesongError INVALID_ARGUMENT with every fault at once; NOT_FOUND for an unknown provider or model;
 * FAILED_PRECONDITION when there is nothing to confirm
 */
export function checkConfirmation(
  request: ConfirmFirstFrameRequest,
  preview: Job,
  models: readonly ImageModelFacts[],
): CheckedConfirmation {
  // What this service stored as JSON, under a kind that names its version.
  const input = preview.input as unknown as FirstFrameInput;
  const facts = factsOf(preview, input);
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field, description });
  const candidates = facts.candidates ?? [];
  const number = request.candidate || (candidates.length === 1 ? 1 : 0);
  const candidate = candidates.find((one) => one.number === number);
  const asked = askedModel(request, candidate?.picture ?? input);
  const model = modelOf(asked, models);
  const size = request.size ?? input;
  if (model) {
    checkSize(size, model, 'size', fault);
    const maxCharacters = maxCharactersOf(model, input);
    if (input.characters.length > maxCharacters) {
      fault(
        'model',
        `${model.model} takes ${maxCharacters} characters, and ${input.characters.length} are in the shot; choose another model`,
      );
    }
  }
  if (!candidate) fault('candidate', `must be 1 to ${candidates.length}, is ${number}; the result lists them`);
  checkJobTerms(request, fault);
  if (faults.length > 0) throw invalidArgument(faults);
  if (!model) throw unknownModel(asked, models);
  const { picture, seed, error } = candidate!;
  if (!picture) {
    const why = error ? `: ${fromPlainError(error).message}` : '';
    throw unmet('CANDIDATE_NOT_MADE', `candidate ${number} was not made${why}; confirm another`);
  }
  const chosen = { jobId: preview.id, number, seed, picture, input, facts };
  return { chosen, model, width: size.width, height: size.height };
}

/** Who is to make the frame: who made the preview, which may be a fallback, unless the request says otherwise. */
function askedModel(
  { provider, model }: ConfirmFirstFrameRequest,
  maker: { readonly provider: string; readonly model?: string },
): AskedModel {
  const isMaker = provider === '' || provider === maker.provider;
  return { provider: provider || maker.provider, model: model || (isMaker ? (maker.model ?? '') : '') };
}

function factsOf({ id, state, result }: Job, { confirmation }: FirstFrameInput): FirstFrameFacts {
  if (!confirmation) {
    throw unmet(
      'NOT_A_PREVIEW',
      `job ${id} makes no previews to confirm; submit one with preview.require_confirmation`,
    );
  }
  if (state === 'QUEUED' || state === 'RUNNING') {
    throw unmet('PREVIEW_NOT_READY', `job ${id} is still making its previews; wait for its end with WaitJob`);
  }
  if (state !== 'SUCCEEDED') {
    throw unmet('PREVIEW_FAILED', `job ${id} ended without previews; RetryJob starts it once more`);
  }
  return result as unknown as FirstFrameFacts;
}

/** FAILED_PRECONDITION: nothing was ordered. */
export function unmet(reason: string, message: string): FramesongError {
  return new FramesongError(message, { code: 'FAILED_PRECONDITION', reason, outcome: 'not_sent' });
}
