import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { EMBEDDED, maxCharactersOf, type ImageModelFacts } from './image-models.ts';

const MAX_FALLBACKS = 5;

/** What every model of a request has to take. */
interface WantedFacts {
  readonly characters: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The models of `fallback_providers`, each of which has to take the request as it is: what cannot work is told at the door, and
 * not when it is needed.
 * @param fault is told each fault, by field
 */
export function checkFallbacks(
  { fallbackProviders, allowCollage }: FirstFrameRequest,
  asked: ImageModelFacts,
  models: readonly ImageModelFacts[],
  wanted: WantedFacts,
  fault: (field: string, description: string) => unknown,
): readonly ImageModelFacts[] {
  const list = 'request.fallback_providers';
  if (fallbackProviders.length > MAX_FALLBACKS) {
    fault(list, `has ${fallbackProviders.length} entries, at most ${MAX_FALLBACKS} are taken`);
  }
  if (fallbackProviders.length > 0 && asked.provider === EMBEDDED) {
    fault(list, 'the embedded engine needs none; name a provider, and the embedded engine as its fallback');
  }
  const seen = new Set([asked]);
  return fallbackProviders.flatMap(({ provider, model }, place) => {
    const field = `${list}[${place}]`;
    const known = models.find(
      (facts) => facts.provider === provider && (model ? facts.model === model : facts.isDefault),
    );
    if (!known) {
      fault(field, `${provider}/${model || 'default'} is not known; ListImageModels tells which there are`);
      return [];
    }
    if (seen.has(known)) fault(field, `${known.provider}/${known.model} is there twice; each is asked once`);
    seen.add(known);
    for (const text of whatItCannotTake(known, asked, { ...wanted, allowCollage })) fault(field, text);
    return [known];
  });
}

function whatItCannotTake(
  known: ImageModelFacts,
  asked: ImageModelFacts,
  { characters, width, height, allowCollage }: WantedFacts & { readonly allowCollage: boolean | undefined },
): string[] {
  const { provider, model, minSidePixels, maxSidePixels, referenceTypes } = known;
  const maxCharacters = maxCharactersOf(known, { allowCollage });
  const who = `${provider}/${model}`;
  const texts: string[] = [];
  if (characters > maxCharacters) {
    texts.push(`${who} takes at most ${maxCharacters} characters, ${characters} are in the shot; name another model`);
  }
  if (Math.min(width, height) < minSidePixels || Math.max(width, height) > maxSidePixels) {
    texts.push(`${who} makes ${minSidePixels} to ${maxSidePixels} pixels a side, ${width}x${height} is asked for`);
  }
  if (!referenceTypes.some((type) => asked.referenceTypes.includes(type))) {
    texts.push(`${who} takes references as ${referenceTypes.join(', ')} only, which the first provider does not take`);
  }
  return texts;
}
