import { randomUUID } from 'node:crypto';
import { hasEveryArtifact } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import { COMPOSITOR_ENGINE } from '@framesong/compositor';
import type { CacheOptions } from '@framesong/contracts/job/v1/reuse';
import { reuseTermsOf } from '@framesong/job-api';
import type { ReuseTerms } from '@framesong/jobs';
import type { FirstFrameFacts, FirstFrameInput, ReferenceInput } from './first-frame-input.ts';

/** How references are brought under their budget: other limits, other pictures. */
export interface Preparation {
  readonly budgetBytes: number;
  readonly maxSidePixels: number;
}

/** What makes a frame the same as another. Not the caller's own name of the shot, nor where things stood in the request. */
export function frameReuse(
  { artifacts, preparation }: { readonly artifacts: ArtifactStore; readonly preparation: Preparation },
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
      engine: COMPOSITOR_ENGINE,
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
