import { invalidArgument, invalidField, type FieldViolation } from '@framesong/errors';
import type { ImageModel } from './image-model.ts';
import type { EffectiveImageRequest, ImageRequest } from './image-provider.ts';
import { negotiateReferences, type PlannedPicture } from './negotiate-references.ts';
import { negotiateSize, type SizePlan } from './negotiate-size.ts';
import { promptText, type PromptStyle } from './prompt-text.ts';

/** A request with every decision taken. */
export interface PlannedRequest {
  readonly model: ImageModel;
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly pictures: readonly PlannedPicture[];
  readonly size: SizePlan;
  readonly seed?: number;
  readonly effective: EffectiveImageRequest;
}

/** What every provider accepts as a seed. */
const SEED_MASK = 0x7fff_ffff;

/** @throws FramesongError INVALID_ARGUMENT with everything that can never work. */
export function planRequest(
  provider: { readonly name: string; readonly models: readonly ImageModel[]; readonly promptStyle?: PromptStyle },
  request: ImageRequest,
  canCollage: boolean,
): PlannedRequest {
  const model = provider.models.find(({ name }) => name === request.model);
  if (!model) {
    const known = provider.models.map(({ name }) => name).join(', ');
    throw invalidField('model', `${provider.name} has no model ${request.model}: choose one of ${known}`);
  }
  const { negativePrompt, style } = request;
  const allowCollage = request.allowCollage ?? false;
  const { pictures, violations, warnings } = negotiateReferences(model, request.references, {
    allowCollage,
    canCollage,
  });
  const avoid = model.takesNegativePrompt ? undefined : negativePrompt;
  const prompt = promptText({ prompt: request.prompt, style, avoid }, pictures, provider.promptStyle);
  const faults: FieldViolation[] = [
    ...violations,
    ...promptFaults(model, request.prompt, prompt),
    ...sizeFaults(request),
  ];
  if (faults.length > 0) throw invalidArgument(faults, { metadata: { provider: provider.name, model: model.name } });
  const size = negotiateSize(model.size, request.size);
  const seed = model.takesSeed ? request.seed & SEED_MASK : undefined;
  return {
    model,
    prompt,
    ...(model.takesNegativePrompt && negativePrompt && { negativePrompt }),
    pictures,
    size,
    ...(seed !== undefined && { seed }),
    effective: {
      model: model.name,
      providerSize: size.providerSize,
      isProviderSizeCertain: size.isCertain,
      sizeParameters: size.parameters,
      fit: size.fit,
      ...(seed !== undefined && { seed }),
      references: pictures.map(({ role, shows }) => ({ role, ids: shows.map(({ id }) => id) })),
      warnings: [
        ...warnings,
        ...size.warnings,
        ...(avoid ? [`${model.name} has no negative prompt: what to avoid is part of the prompt`] : []),
        ...(model.takesSeed ? [] : [`${model.name} takes no seed: a repeat makes another picture`]),
      ],
    },
  };
}

function promptFaults({ name, maxPromptChars = Infinity }: ImageModel, wish: string, whole: string): FieldViolation[] {
  if (wish.trim() === '') return [{ field: 'prompt', description: 'must say what is wanted' }];
  if (whole.length <= maxPromptChars) return [];
  const own = whole.length - wish.length;
  const description = `has ${whole.length} characters with the ${own} about references and style, and ${name} takes at most ${maxPromptChars}: shorten it`;
  return [{ field: 'prompt', description }];
}

function sizeFaults({ size: { widthPx, heightPx } }: ImageRequest): FieldViolation[] {
  const isSound = [widthPx, heightPx].every((px) => Number.isInteger(px) && px >= 1 && px <= 16_384);
  return isSound ? [] : [{ field: 'size', description: 'width and height must be whole numbers from 1 to 16384' }];
}
