import type { FirstFrameInput } from './first-frame-input.ts';

/** What is written into the finished frame. A preview to be confirmed has nothing: a model that is to follow it would copy the letters. */
export function captionOf({ caption, confirmation }: FirstFrameInput): { readonly caption?: string } {
  return caption && !confirmation ? { caption } : {};
}
