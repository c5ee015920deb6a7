import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { downloadArtifact, durationText, stageTree, uploadArtifact, type Framesong } from '@framesong/client';
import { drawSample } from '@framesong/compositor';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { FirstFrame, FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { FramesongError } from '@framesong/errors';
import { createProgressLine } from './progress-line.ts';

const WIDTH = 1280;
const HEIGHT = 720;

/** Makes the sample first frame by calling image-generation as any client would; checks it, and prints where it is. */
export async function makeFirstFrame(
  framesong: Framesong,
  { folder, provider, signal }: { readonly folder: string; readonly provider: string; readonly signal: AbortSignal },
): Promise<void> {
  const startedAt = performance.now();
  const { artifacts, rpc } = framesong.imageGeneration;
  const sample = await drawSample();
  await mkdir(folder, { recursive: true });
  // Kept for whoever wants to call the services with them by hand.
  await writeFile(join(folder, 'scene.jpg'), sample.scene.bytes);
  await writeFile(join(folder, 'friend-1.jpg'), sample.characters[0]!.bytes);
  await writeFile(join(folder, 'friend-2.jpg'), sample.characters[1]!.bytes);
  const [scene, first, second] = await Promise.all(
    [sample.scene, ...sample.characters.slice(0, 2)].map(({ bytes }) =>
      uploadArtifact(artifacts, bytes, { signal, timeoutMs: 30_000 }),
    ),
  );
  const progress = createProgressLine('first frame');
  let frame: FirstFrame | undefined;
  const request = firstFrameRequest(provider, scene!, [first!, second!]);
  for await (const { part } of rpc.generateFirstFrame(
    { request, detachOnDisconnect: false },
    { signal, timeoutMs: 120_000 },
  )) {
    if (part?.$case === 'event') progress.show(part.value);
    else if (part?.$case === 'frame') frame = part.value;
  }
  progress.end();
  if (!frame?.image)
    throw new FramesongError('the sample first frame did not come', { code: 'INTERNAL', reason: 'NO_FRAME' });
  const bytes = Buffer.concat(
    await Array.fromAsync(downloadArtifact(artifacts, frame.image.digest, { signal, timeoutMs: 30_000 })),
  );
  await check(bytes);
  const file = join(folder, 'first-frame.png');
  await writeFile(file, bytes);
  console.log(`\nfirst frame: ${file}`);
  console.log(
    `${WIDTH}x${HEIGHT}, ${bytes.length} bytes, by ${frame.engine}, in ${durationText(performance.now() - startedAt)}\n`,
  );
  console.log(stageTree(frame.stages).join('\n'));
}

function firstFrameRequest(
  provider: string,
  scene: ArtifactRef,
  characters: readonly ArtifactRef[],
): FirstFrameRequest {
  return {
    shot: {
      id: 'sample',
      prompt: 'Two friends wait at the roadside at sunset',
      negativePrompt: '',
      style: '',
      characterIds: [],
    },
    scene: { source: { $case: 'artifact', value: scene } },
    characters: characters.map((artifact, index) => ({
      id: `friend-${index + 1}`,
      name: '',
      reference: { source: { $case: 'artifact', value: artifact } },
    })),
    size: { width: WIDTH, height: HEIGHT },
    provider,
    model: '',
    seed: 1,
    requestId: '',
    labels: new Map([['origin', 'sample']]),
    priority: 0,
    fallbackProviders: [],
  };
}

/** Decodes every pixel: a header alone would prove nothing. */
async function check(bytes: Buffer): Promise<void> {
  const { info } = await sharp(bytes, { failOn: 'error' }).raw().toBuffer({ resolveWithObject: true });
  if (info.width === WIDTH && info.height === HEIGHT) return;
  throw new FramesongError(`the sample has ${info.width}x${info.height} pixels instead of ${WIDTH}x${HEIGHT}`, {
    code: 'INTERNAL',
    reason: 'WRONG_SIZE',
  });
}
