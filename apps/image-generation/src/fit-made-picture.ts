import type { ArtifactStore } from '@framesong/artifacts';
import type { JobContext } from '@framesong/jobs';
import { fitImage } from '@framesong/providers';
import { bytesOf } from './bytes-of.ts';
import { captionOf } from './caption-of.ts';
import type { FirstFrameFacts, FirstFrameInput, MadeByProvider, UsedReferenceFacts } from './first-frame-input.ts';
import type { FitInPool } from './fit-in-pool.ts';
import type { WantedFrame } from './wanted-frame.ts';

/** Brings a picture that was made and paid for as a preview to the size of the frame. Buys nothing. */
export async function fitMadePicture(
  { artifacts, fitPicture }: { readonly artifacts: ArtifactStore; readonly fitPicture: FitInPool },
  { input, tenant }: JobContext<FirstFrameInput>,
  { picture, engine, call }: MadeByProvider,
  references: readonly UsedReferenceFacts[],
  { seed, width, height }: WantedFrame,
  signal: AbortSignal,
): Promise<FirstFrameFacts> {
  const { operation, crop, resizeTo } = fitImage(
    { widthPx: call.width, heightPx: call.height },
    { widthPx: width, heightPx: height },
  );
  const bytes = await bytesOf(artifacts, tenant, picture.digest, signal);
  const png = await fitPicture({ picture: bytes, crop, resizeTo, ...captionOf(input) }, signal);
  return {
    image: await artifacts.put(tenant, png, { mediaType: 'image/png', signal }),
    width,
    height,
    preview: undefined,
    provider: input.provider,
    model: input.model,
    engine,
    seed,
    references,
    characters: [],
    looks: [],
    providerCall: { ...call, fit: operation, billedImages: 0 },
    made: picture,
    warnings: operation === 'enlarge' ? [`enlarged to ${width}x${height}: the model makes no larger picture`] : [],
  };
}
