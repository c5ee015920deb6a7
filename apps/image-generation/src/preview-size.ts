import { FRAME_SIDE_PX } from '@framesong/compositor';

/** Longest side of a preview that is to be confirmed. */
const PREVIEW_SIDE_PX = 640;

/** The size of the previews of a frame: small, in the frame's own shape as far as whole pixels allow. */
export function previewSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, PREVIEW_SIDE_PX / Math.max(width, height));
  const side = (px: number): number => Math.max(FRAME_SIDE_PX.min, Math.round(px * scale));
  return { width: side(width), height: side(height) };
}
