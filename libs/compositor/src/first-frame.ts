import { invalidField, throwIfAborted } from '@framesong/errors';
import { checkRequest, FRAME_SIDE_PX } from './check-request.ts';
import { cutOutCharacters } from './cut-out-characters.ts';
import { encodeFrame } from './encode-frame.ts';
import type { Frame, FrameRequest } from './frame.ts';
import { decodeScene } from './input/decode-image.ts';
import { createStepReporter } from './progress.ts';
import { rasterOf, sharpOf } from './raster/sharp-raster.ts';
import { RENDER_STEPS, renderFrame } from './render-frame.ts';

const PREVIEW_WIDTH_PX = 640;

/** An early, smaller look at a frame. */
export interface FramePreview {
  readonly bytes: Buffer;
  readonly mimeType: 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

/** A frame with a preview on the way. */
export interface FirstFrameRequest extends FrameRequest {
  /** Pixels, 64 to 4096, default 640; a preview is never wider than its frame. */
  readonly previewWidth?: number;
  /** Called once, before the full frame is rendered; waited for. */
  readonly onPreview?: (preview: FramePreview) => void | Promise<void>;
}

/**
 * Scene, cut-outs, a small render of the same cut-outs handed to `onPreview`, then the full render.
 * Deterministic; throws like composeFrame, and what `onPreview` throws.
 */
export async function renderFirstFrame(request: FirstFrameRequest): Promise<Frame> {
  checkRequest(request);
  throwIfAborted(request.signal);
  const { characters, onProgress, onPreview, signal, width, height } = request;
  const previewWidth = Math.min(width, checkedPreviewWidth(request.previewWidth));
  const renders = onPreview ? 2 : 1;
  const reporter = createStepReporter(1 + characters.length + renders * RENDER_STEPS, onProgress, signal);
  const scene = await decodeScene(request.scene, 'scene', width, height);
  await reporter.finished('scene', `${width}x${height}`);
  const cutouts = await cutOutCharacters(request, reporter);
  if (onPreview) {
    const previewHeight = Math.max(1, Math.round((previewWidth * height) / width));
    const small = await rasterOf(sharpOf(scene).resize(previewWidth, previewHeight, { fit: 'fill' }), 3);
    const preview = await renderFrame(request, small, cutouts, reporter);
    const bytes = await encodeFrame(preview, 'jpeg');
    await onPreview({ bytes, mimeType: 'image/jpeg', width: previewWidth, height: previewHeight });
    throwIfAborted(signal);
  }
  return renderFrame(request, scene, cutouts, reporter);
}

function checkedPreviewWidth(width = PREVIEW_WIDTH_PX): number {
  if (Number.isInteger(width) && width >= FRAME_SIDE_PX.min && width <= FRAME_SIDE_PX.max) return width;
  throw invalidField('previewWidth', `must be ${FRAME_SIDE_PX.min} to ${FRAME_SIDE_PX.max} pixels, is ${width}`);
}
