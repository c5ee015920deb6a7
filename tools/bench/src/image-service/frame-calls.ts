import { randomUUID } from 'node:crypto';
import { uploadArtifact, type Framesong } from '@framesong/client';
import { FirstFrameRequest, type FirstFrame, type ImageReference } from '@framesong/contracts/image/v1/first_frame';

/** Longest that one call may take; on a busy machine many at once take their time. */
const LIMIT_MS = 180_000;

/** What a frame of the bench is made of. */
export interface FrameWish {
  readonly provider: 'jiekou' | 'ark';
  readonly references: readonly ImageReference[];
  readonly width: number;
  readonly height: number;
}

/** Puts pictures where requests can name them. */
export function uploadAll(
  { imageGeneration }: Framesong,
  pictures: readonly (string | Uint8Array)[],
): Promise<ImageReference[]> {
  return Promise.all(
    pictures.map(async (picture): Promise<ImageReference> => {
      const value = await uploadArtifact(imageGeneration.artifacts, picture, { timeoutMs: LIMIT_MS });
      return { source: { $case: 'artifact', value } };
    }),
  );
}

/** The request; the first reference is the scene. */
export function requestFor({ provider, references: [scene, ...figures], width, height }: FrameWish): FirstFrameRequest {
  return FirstFrameRequest.fromPartial({
    shot: { prompt: `The characters stand on the bridge, shot ${randomUUID()}` },
    ...(scene && { scene }),
    characters: figures.map((reference, index) => ({ id: `character-${index + 1}`, reference })),
    size: { width, height },
    provider,
  });
}

/** Makes a frame by a call that waits for it. */
export async function makeFrame({ imageGeneration }: Framesong, wish: FrameWish): Promise<FirstFrame> {
  const request = requestFor(wish);
  let frame: FirstFrame | undefined;
  for await (const { part } of imageGeneration.rpc.generateFirstFrame(
    { request, detachOnDisconnect: false },
    { timeoutMs: LIMIT_MS },
  )) {
    if (part?.$case === 'frame') frame = part.value;
  }
  if (!frame) throw new Error('the call ended without a frame');
  return frame;
}
