import type { Money } from './money.ts';

/** What is known of the cost of a job before it runs. */
export interface ExpectedCost {
  readonly provider: string;
  readonly model: string;
  /** Of the whole job. Absent when nobody knows the price; 0 when it costs nothing. */
  readonly estimate?: Money;
  /** What the caller is ready to pay for the job, all its orders together. Absent: no limit of the caller's own. */
  readonly maxCost?: Money;
  /** Somebody else may do it for less when this goes over a limit: it is refused when it is ordered, and not before. */
  readonly isAvoidable?: boolean;
}
