import type { EngineIdentity } from './engine.ts';
import type { Box, CutoutMethod } from './cutout/cutout.ts';
import type { CutoutCache } from './cutout/cutout-cache.ts';
import type { LookName } from './look/look-words.ts';
import type { Shot } from './staging/shot.ts';

/** One figure to place. */
export interface CharacterReference {
  readonly id: string;
  readonly name: string;
  /** JPEG, PNG, WebP, AVIF, TIFF or GIF. */
  readonly image: Uint8Array;
}

/** The steps of a frame, in their order. `cut_out` is reported once per finished figure. */
export type FrameStage = 'scene' | 'cut_out' | 'stage' | 'composite' | 'style' | 'finish';

/** Reported when a step is finished, never before. */
export interface FrameProgress {
  readonly stage: FrameStage;
  /** Steps finished so far, of `total`. */
  readonly done: number;
  readonly total: number;
  /** What was finished, in a few words; holds no prompt. */
  readonly detail: string;
}

/** What to put into a frame. */
export interface FrameRequest {
  readonly scene: Uint8Array;
  /** Left to right; at most 6. */
  readonly characters: readonly CharacterReference[];
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly style?: string;
  /** Written over the lower edge, Chinese or English, at most 240 characters; what does not fit into three lines is cut. */
  readonly caption?: string;
  /** A whole number from 0; the same request and seed give the same bytes. */
  readonly seed: number;
  /** Pixels, 64 to 4096. */
  readonly width: number;
  /** Pixels, 64 to 4096. */
  readonly height: number;
  readonly onProgress?: (event: FrameProgress) => void;
  /** Looked at between steps. */
  readonly signal?: AbortSignal;
  /** Keeps the cut-outs for a further frame with the same references. */
  readonly cutouts?: CutoutCache;
  /** Path of the person model; needed where the installed packages cannot be searched, as in a bundle. */
  readonly modelPath?: string;
}

/** Where a figure came to stand; boxes in pixels of the frame, and they may reach over its edge. */
export interface PlacedCharacter {
  readonly id: string;
  readonly name: string;
  readonly method: CutoutMethod;
  /** How sure the cut-out is, 0 to 1. */
  readonly quality: number;
  readonly box: Box;
  readonly head: Box;
  /** Its reference shows it only down to the picture's lower edge. */
  readonly cropped: boolean;
  /** Frame pixels per pixel of the cut-out, whose longer side is at most 1100 pixels. */
  readonly scale: number;
}

/** A finished frame. */
export interface Frame {
  /** sRGB, 3 bytes per pixel, row by row from the top left. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Per pixel: 0 scene, otherwise 1 + index in `placed` of the figure that is seen there. */
  readonly figureMap: Uint8Array;
  readonly placed: readonly PlacedCharacter[];
  readonly shot: Shot;
  readonly looks: readonly LookName[];
  /** Words of the prompt and the style that changed nothing. */
  readonly ignoredWords: readonly string[];
  readonly engine: EngineIdentity;
}
