import { downloadArtifact } from '@framesong/client';
import type { Stack } from './stack.ts';

/** The content of an artifact of the image-generation service. */
export async function downloaded({ framesong }: Stack, digest: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(downloadArtifact(framesong.imageGeneration.artifacts, digest)));
}
