import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { extname, basename, join, resolve } from 'node:path';
import { invalidArgument, invalidField } from '@framesong/errors';

/** A picture to compress, and the path of its result without the extension, which the format decides on. */
export interface PlannedImage {
  readonly input: string;
  readonly stem: string;
}

const EXTENSIONS = ['.jpg', '.webp', '.png', '.avif', '.gif'];

/**
 * Resolves patterns and names the results after their sources; of several sources with the same name, the later ones get a
 * number.
 * @throws FramesongError INVALID_ARGUMENT for a pattern that matches nothing, and when a result would replace a source
 */
export async function planCompression(operands: readonly string[], folder: string): Promise<PlannedImage[]> {
  const inputs = [...new Set((await Promise.all(operands.map(filesOf))).flat())];
  const taken = new Set<string>();
  const plan = inputs.map((input) => {
    const name = basename(input, extname(input));
    let unique = name;
    for (let number = 2; taken.has(unique); number++) unique = `${name}-${number}`;
    taken.add(unique);
    return { input, stem: join(folder, unique) };
  });
  const sources = new Set(inputs.map((input) => resolve(input)));
  const endangered = plan.filter(({ stem }) => EXTENSIONS.some((extension) => sources.has(resolve(stem + extension))));
  if (endangered.length === 0) return plan;
  throw invalidArgument(
    endangered.map(({ input }) => ({
      field: '--output',
      description: `the result of ${input} could replace a source; choose another folder`,
    })),
  );
}

/** A word that names a file is that file, whatever characters it holds. */
async function filesOf(word: string): Promise<string[]> {
  if (existsSync(word) || !/[*?[{]/.test(word)) return [word];
  const found = await Array.fromAsync(glob(word));
  if (found.length === 0) throw invalidField('in', `${word} matches no file`);
  return found.sort();
}
