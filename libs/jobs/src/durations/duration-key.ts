/** What makes a piece of work, and how large it is: few values of each, since every pair has a history of its own. */
export interface Workload {
  /** `embedded/compositor`. */
  readonly model: string;
  /** `1 MP, 2 characters`. Works of one class should take about as long as each other. */
  readonly sizeClass: string;
}

/** Whose history. */
export interface DurationKey extends Workload {
  /** Which part of the work: a name that does not differ from job to job. */
  readonly stage: string;
}

/** The stage that stands for a whole run of a job, over all attempts. */
export const WHOLE_JOB = 'whole job';

/** The class of a size among the powers of two: `under 2`, `2 to 4`, `4 to 8`. For names of size classes. */
export function powerOfTwoClass(size: number): string {
  if (size < 2) return 'under 2';
  const from = 2 ** Math.floor(Math.log2(size));
  return `${from} to ${from * 2}`;
}

/** One text for the whole key. */
export function textOfKey({ model, sizeClass, stage }: DurationKey): string {
  return JSON.stringify([model, sizeClass, stage]);
}
