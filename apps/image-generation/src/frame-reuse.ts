import { randomUUID } from 'node:crypto';
import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import type { CacheOptions } from '@framesong/contracts/job/v1/reuse';
import { reuseTermsOf } from '@framesong/job-api';
import type { ReuseTerms } from '@framesong/jobs';
import type { AskedModel, FirstFrameFacts, FirstFrameInput, ReferenceInput } from './first-frame-input.ts';
import type { ImageModelFacts } from './image-models.ts';
import type { Preparation } from './preparation.ts';

/** What the terms of reuse are made from. */
interface ReuseParts {
  readonly artifacts: ArtifactStore;
  readonly preparation: Preparation;
  readonly models: readonly ImageModelFacts[];
}

/** What makes a frame the same as another. Not the caller's own name of the shot, nor where things stood in the request. */
export function frameReuse(
  { artifacts, preparation, models }: ReuseParts,
  cache: CacheOptions | undefined,
  input: FirstFrameInput,
  tenant: string,
): ReuseTerms {
  const { shot, scene, characters, seed, ...rest } = input;
  return reuseTermsOf(cache, {
    rest: {
      ...rest,
      negativePrompt: shot.negativePrompt,
      style: shot.style,
      scene: contentOf(scene),
      characters: characters.map(({ id, name, reference }) => ({ id, name, reference: contentOf(reference) })),
      preparation,
      // How each who may be asked is asked: the embedded engine by its version, a provider by its adapter, model and address.
      engines: [{ provider: input.provider, model: input.model }, ...(input.fallbacks ?? [])].map((asked) =>
        revisionOf(models, asked),
      ),
    },
    text: shot.prompt,
    seed,
    isUsable: async ({ result }) =>
      isOpen(result as unknown as FirstFrameFacts) && (await hasEveryArtifact(artifacts, tenant, result)),
  });
}

/** What an address shows may change at any time, so it is equal to nothing. */
function contentOf(reference: ReferenceInput): string {
  return reference.kind === 'artifact' ? reference.digest : randomUUID();
}

/** A preview is worth something only while it can be confirmed. */
function isOpen({ confirmUntil }: FirstFrameFacts): boolean {
  return confirmUntil === undefined || Date.parse(confirmUntil) > Date.now();
}

function revisionOf(models: readonly ImageModelFacts[], { provider, model }: AskedModel): string | undefined {
  return models.find((facts) => facts.provider === provider && facts.model === model)?.revision;
}
