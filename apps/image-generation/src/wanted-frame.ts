/** One of the pictures that a job makes. */
export interface WantedFrame {
  /** From 1. */
  readonly candidate: number;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
}

/** Part of the names of steps and orders; empty for the first, whose names are those of a job that makes one only. */
export function candidateName({ candidate }: WantedFrame): string {
  return candidate === 1 ? '' : `candidate ${candidate}`;
}
