import { invalidArgument, type FieldViolation } from '@framesong/errors';
import type { FrameRequest } from './frame.ts';

/** Most figures in one frame. */
export const MAX_CHARACTERS = 6;
/** Least and most pixels of a frame's side. */
export const FRAME_SIDE_PX = { min: 64, max: 4096 } as const;

/** Most characters of a caption. */
export const MAX_CAPTION_CHARACTERS = 240;

/** Throws INVALID_ARGUMENT that names every field out of its limits. */
export function checkRequest({ width, height, seed, characters, caption = '' }: FrameRequest): void {
  const violations: FieldViolation[] = [];
  for (const [field, value] of Object.entries({ width, height }))
    if (!Number.isInteger(value) || value < FRAME_SIDE_PX.min || value > FRAME_SIDE_PX.max)
      violations.push({
        field,
        description: `must be ${FRAME_SIDE_PX.min} to ${FRAME_SIDE_PX.max} pixels, is ${value}`,
      });
  if (!Number.isSafeInteger(seed) || seed < 0)
    violations.push({ field: 'seed', description: `must be a whole number from 0, is ${seed}` });
  if (characters.length > MAX_CHARACTERS)
    violations.push({
      field: 'characters',
      description: `must be at most ${MAX_CHARACTERS}, are ${characters.length}`,
    });
  if (caption.length > MAX_CAPTION_CHARACTERS)
    violations.push({
      field: 'caption',
      description: `must be at most ${MAX_CAPTION_CHARACTERS} characters, has ${caption.length}`,
    });
  if (violations.length > 0) throw invalidArgument(violations);
}
