import type {
  Character,
  FirstFrameRequest,
  ImageReference,
  ImageSize,
} from '@framesong/contracts/image/v1/first_frame';
import { MAX_CAPTION_CHARACTERS } from '@framesong/compositor';
import { invalidArgument, notFound, type FieldViolation, type FramesongError } from '@framesong/errors';
import { checkCacheOptions, checkJobTerms } from '@framesong/job-api';
import { msOfDuration } from '@framesong/rpc';
import { checkCandidates } from './check-candidates.ts';
import { checkFallbacks } from './check-fallbacks.ts';
import type { AskedModel } from './first-frame-input.ts';
import { EMBEDDED, maxCharactersOf, type ImageModelFacts } from './image-models.ts';

/** A request without fault, its parts found. */
export interface CheckedFirstFrame {
  readonly request: FirstFrameRequest;
  readonly prompt: string;
  readonly scene: ImageReference;
  /** Those in the shot, in its order, with their place in the request. */
  readonly characters: readonly { readonly character: Character; readonly index: number }[];
  readonly model: ImageModelFacts;
  readonly fallbacks: readonly ImageModelFacts[];
  readonly width: number;
  readonly height: number;
  readonly runTimeoutMs: number | undefined;
  /** Empty: none. */
  readonly caption: string;
}

const MAX_INLINE_BYTES = 700 * 1024;

/**
 * Checks a request without doing anything yet.
 * @throws FramesongError INVALID_ARGUMENT with every fault at once; NOT_FOUND for an unknown provider or model
 */
export function checkFirstFrame(
  request: FirstFrameRequest | undefined,
  models: readonly ImageModelFacts[],
): CheckedFirstFrame {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field, description });
  const text = (field: string, value: string, max: number) => {
    if (value.length > max) fault(field, `has ${value.length} characters, at most ${max} are taken`);
  };
  if (!request) throw invalidArgument([{ field: 'request', description: 'is missing; describe the frame in it' }]);
  const known = modelOf(request, models);
  // For an unknown one the limits of the default are told.
  const model = known ?? models[0]!;
  const shot = request.shot;
  if (!shot?.prompt.trim()) fault('request.shot.prompt', 'is missing; say in words what the shot shows');
  text('request.shot.id', shot?.id ?? '', 128);
  text('request.shot.prompt', shot?.prompt ?? '', 4000);
  text('request.shot.negative_prompt', shot?.negativePrompt ?? '', 2000);
  text('request.shot.style', shot?.style ?? '', 500);
  const caption = request.caption?.trim() ?? '';
  text('request.caption', caption, MAX_CAPTION_CHARACTERS);
  if (/\p{Cc}/u.test(caption)) fault('request.caption', 'must be one line of text without control characters');
  checkReference(request.scene, 'request.scene', 'the picture of the place', fault);
  const characters = charactersInShot(request, model, fault);
  for (const { character, index } of characters) {
    checkReference(
      character.reference,
      `request.characters[${index}].reference`,
      `the picture of ${character.id}`,
      fault,
    );
  }
  const { width, height } = sizeOf(request, model, fault);
  const wanted = { characters: characters.length, width, height };
  const fallbacks = checkFallbacks(request, model, models, wanted, fault);
  const faultOfRequest = (field: string, description: string) => fault(`request.${field}`, description);
  checkCandidates(request, fault);
  checkJobTerms(request, faultOfRequest);
  checkCacheOptions(request.cache, request.seed, faultOfRequest);
  const inlineBytes = [request.scene, ...characters.map(({ character }) => character.reference)].reduce(
    (sum, reference) => sum + (reference?.source?.$case === 'inline' ? reference.source.value.length : 0),
    0,
  );
  if (inlineBytes > MAX_INLINE_BYTES) {
    fault(
      'request',
      `inline references come to ${inlineBytes} bytes, at most ${MAX_INLINE_BYTES} fit; use WriteArtifact`,
    );
  }
  const unknown = known ? undefined : unknownModel(request, models);
  if (unknown && faults.length > 0) fault('request.provider', unknown.message);
  if (faults.length > 0) throw invalidArgument(faults);
  if (unknown) throw unknown;
  return {
    request,
    prompt: shot!.prompt,
    scene: request.scene!,
    characters,
    model,
    fallbacks,
    width,
    height,
    runTimeoutMs: msOfDuration(request.runTimeout),
    caption,
  };
}

type Fault = (field: string, description: string) => unknown;

/** The model that a request asks for: the provider's default where it names none. */
export function modelOf({ provider, model }: AskedModel, models: readonly ImageModelFacts[]) {
  const wanted = provider || EMBEDDED;
  return models.find((facts) => facts.provider === wanted && (model ? facts.model === model : facts.isDefault));
}

/** NOT_FOUND, with the models that there are. */
export function unknownModel({ provider, model }: AskedModel, models: readonly ImageModelFacts[]): FramesongError {
  const known = models.map((facts) => `${facts.provider}/${facts.model}`).join(', ');
  return notFound(
    'model',
    `${provider || EMBEDDED}/${model || 'default'}`,
    `there are ${known}; ListImageModels tells more`,
  );
}

function charactersInShot(request: FirstFrameRequest, model: ImageModelFacts, fault: Fault) {
  const seen = new Set<string>();
  request.characters.forEach(({ id, name }, index) => {
    const field = `request.characters[${index}]`;
    if (!/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,63}$/u.test(id)) {
      fault(`${field}.id`, 'must be 1 to 64 letters, digits and ._:- and begin with a letter or digit');
    }
    if (seen.has(id)) fault(`${field}.id`, `${id} is there twice; ids name one character each`);
    if (name.length > 128) fault(`${field}.name`, `has ${name.length} characters, at most 128 are taken`);
    seen.add(id);
  });
  const wanted = request.shot?.characterIds ?? [];
  const ids = wanted.length > 0 ? wanted : request.characters.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) fault('request.shot.character_ids', 'names a character twice');
  const most = maxCharactersOf(model, request);
  if (ids.length > most) {
    const collage =
      ids.length <= model.maxCharactersWithCollage
        ? `, or set allow_collage: up to ${model.maxCharactersWithCollage} then share one labelled picture`
        : '';
    fault(
      'request.shot.character_ids',
      `${ids.length} characters are in the shot, at most ${most} fit; name at most ${most} in shot.character_ids, or split the shot${collage}`,
    );
  }
  return ids.flatMap((id, place) => {
    const index = request.characters.findIndex((character) => character.id === id);
    const character = request.characters[index];
    if (character) return [{ character, index }];
    fault(`request.shot.character_ids[${place}]`, `${id} is not among the characters; add it with its reference`);
    return [];
  });
}

function checkReference(reference: ImageReference | undefined, field: string, what: string, fault: Fault): void {
  const source = reference?.source;
  if (!source) fault(field, `is missing; give ${what} as artifact, inline bytes or https_url`);
  else if (source.$case === 'inline' && source.value.length === 0) {
    fault(`${field}.inline`, 'is empty; send the bytes of an image file');
  } else if (source.$case === 'artifact' && !/^sha256:[0-9a-f]{64}$/.test(source.value.digest)) {
    fault(
      `${field}.artifact.digest`,
      'must be sha256: and 64 lower-case hexadecimal digits, as WriteArtifact returned it',
    );
  } else if (source.$case === 'httpsUrl' && (!URL.canParse(source.value) || source.value.length > 2048)) {
    fault(`${field}.https_url`, 'must be an https URL of at most 2048 characters');
  }
}

function sizeOf(request: FirstFrameRequest, model: ImageModelFacts, fault: Fault) {
  const size = request.size ?? { width: 1280, height: 720 };
  checkSize(size, model, 'request.size', fault);
  return { width: size.width, height: size.height };
}

/** Checks width and height against what a model is offered with. */
export function checkSize(size: ImageSize, model: ImageModelFacts, field: string, fault: Fault): void {
  const { width, height } = size;
  for (const [name, value] of Object.entries({ width, height })) {
    if (value < model.minSidePixels || value > model.maxSidePixels) {
      fault(`${field}.${name}`, `must be ${model.minSidePixels} to ${model.maxSidePixels} pixels, is ${value}`);
    }
  }
}
