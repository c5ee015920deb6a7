import type { TimeoutBasis } from '@framesong/estimates';

/** The timeout that a part of a job got, as the job keeps it. */
export interface StageTimeout {
  /** `generate_content compositor`, `render section 2 verse`: unique within the job. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly basis: TimeoutBasis;
  /** Durations that were known. */
  readonly sampleCount: number;
  /** The quantile that it rests on; absent at a cold start. */
  readonly quantileMs?: number | undefined;
  /** `p98 12.1 s x 2 of 40 durations`. */
  readonly why: string;
  /** When it was chosen, ISO 8601. A later try replaces it. */
  readonly chosenAt: string;
}

/** In the order in which they were chosen. */
export function timeoutsInOrder(stored: Readonly<Record<string, StageTimeout>>): readonly StageTimeout[] {
  return Object.values(stored).sort((left, right) => (left.chosenAt < right.chosenAt ? -1 : 1));
}
