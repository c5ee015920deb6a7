import type { FirstFrameInput, PictureRef } from './first-frame-input.ts';

/** One of the pictures that a job makes. */
export interface WantedFrame {
  /** From 1. */
  readonly candidate: number;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  /** Share of the job that is behind when it is begun, and when it is done. */
  readonly fromPercent: number;
  readonly toPercent: number;
  /** An earlier, smaller version of it that the model is to follow, where it takes one more reference. */
  readonly draft?: PictureRef;
}

const FROM_PERCENT = 40;
const TO_PERCENT = 97;

/** All pictures that a job makes: seeds count up from that of the request. */
export function wantedFrames(
  { candidates = 1, confirmation, ...input }: FirstFrameInput,
  draft: PictureRef | undefined,
): WantedFrame[] {
  const { width, height } = confirmation ?? input;
  const share = (done: number): number => FROM_PERCENT + ((TO_PERCENT - FROM_PERCENT) * done) / candidates;
  return Array.from({ length: candidates }, (_, index) => ({
    candidate: index + 1,
    seed: (input.seed + index) % 2 ** 32,
    width,
    height,
    fromPercent: share(index),
    toPercent: share(index + 1),
    ...(draft && { draft }),
  }));
}

/** Part of the names of steps and orders; empty for the first, whose names are those of a job that makes one only. */
export function candidateName({ candidate }: WantedFrame): string {
  return candidate === 1 ? '' : `candidate ${candidate}`;
}
