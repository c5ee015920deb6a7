/** One number that a bench found out. */
export interface Figure {
  /** `x_vs_y` is ours divided by theirs. */
  readonly figure: string;
  /** What is judged: the median where there are several runs. */
  readonly value: number;
  readonly unit: string;
  /** What it was compared with or counted against; empty for a plain measurement. */
  readonly against: string;
  /** Spread over the runs; absent for what was measured once. */
  readonly spread?: { readonly min: number; readonly max: number; readonly runs: number };
}

/** How a bench is run. */
export interface BenchContext {
  /** Fewer and smaller runs, within a minute: shows that it works and the order of size, not more. */
  readonly quick: boolean;
  /** Tells people what is going on. */
  readonly say: (text: string) => void;
}

/** One bench. */
export interface Bench {
  readonly name: string;
  /** What is compared with what, in one sentence. */
  readonly about: string;
  /** @throws Error when nothing could be measured */
  run(context: BenchContext): Promise<Figure[]>;
}
