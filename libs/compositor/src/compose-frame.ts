import { throwIfAborted } from '@framesong/errors';
import { checkRequest } from './check-request.ts';
import { cutOutCharacters } from './cut-out-characters.ts';
import type { Frame, FrameRequest } from './frame.ts';
import { decodeScene } from './input/decode-image.ts';
import { createStepReporter } from './progress.ts';
import { RENDER_STEPS, renderFrame } from './render-frame.ts';

/**
 * Stages the characters in the scene and renders one frame of exactly `width` x `height`.
 * Deterministic: the same request and seed give the same pixels.
 * Throws INVALID_ARGUMENT for values out of their limits; INVALID_ARGUMENT / IMAGE_UNREADABLE that names the picture
 * (`scene` or `characters[2].image`); CANCELLED or DEADLINE_EXCEEDED when `signal` fires.
 */
export async function composeFrame(request: FrameRequest): Promise<Frame> {
  checkRequest(request);
  throwIfAborted(request.signal);
  const { characters, onProgress, signal, width, height } = request;
  const reporter = createStepReporter(1 + characters.length + RENDER_STEPS, onProgress, signal);
  const scene = await decodeScene(request.scene, 'scene', width, height);
  await reporter.finished('scene', `${width}x${height}`);
  const cutouts = await cutOutCharacters(request, reporter);
  return renderFrame(request, scene, cutouts, reporter);
}
