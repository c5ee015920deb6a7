import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawSample } from '@framesong/compositor';

/** Size of the frame that is made. */
export const FRAME = { width: 1280, height: 720, seed: 1 } as const;

/** The sample scale at which the drawn characters have about 4 and 12 megapixels. */
const SCALES = { scene: 1.7, first: 1.7, second: 2.92 } as const;

/** A first frame to make: its pictures as files. */
export interface FrameInput {
  readonly prompt: string;
  readonly scene: string;
  readonly characters: readonly { readonly id: string; readonly name: string; readonly file: string }[];
  /** For people: how large the pictures are. */
  readonly described: string;
}

/** Draws a scene and two characters of about 4 and 12 megapixels into files of `folder`. */
export async function drawFrameInput(folder: string): Promise<FrameInput> {
  const small = await drawSample({ scale: SCALES.first });
  const large = await drawSample({ scale: SCALES.second });
  const characters = [small.characters[0]!, large.characters[1]!];
  const save = async (name: string, bytes: Buffer) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  const megapixels = [small.scene, ...characters].map(({ width, height }) => ((width * height) / 1e6).toFixed(1));
  return {
    prompt: small.prompt,
    scene: await save('scene', small.scene.bytes),
    characters: await Promise.all(
      characters.map(async ({ id, name, bytes }) => ({ id, name, file: await save(id, bytes) })),
    ),
    described: `scene ${megapixels[0] ?? ''} MP, characters ${megapixels.slice(1).join(' and ')} MP`,
  };
}
