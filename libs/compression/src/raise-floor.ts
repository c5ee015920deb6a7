import type { Codec } from './codecs.ts';

/** The codec with its quality range limited from below to what the caller asked for. */
export function raiseFloor(codec: Codec, minQuality: number): Codec {
  if (minQuality <= codec.minQuality) return codec;
  return {
    ...codec,
    minQuality,
    maxQuality: Math.max(codec.maxQuality, minQuality),
    scaleBelowQuality: Math.max(codec.scaleBelowQuality, minQuality),
    scaleGraphicsBelowQuality: Math.max(codec.scaleGraphicsBelowQuality, minQuality),
    comfortableQuality: Math.max(codec.comfortableQuality, minQuality),
  };
}
