/** The runs of two sides, in pairs. */
export interface Pairs<Ours, Theirs> {
  readonly ours: readonly Ours[];
  readonly theirs: readonly Theirs[];
}

/** How many pairs to run. */
export interface PairLimits {
  readonly pairs: number;
  /** On a slow or busy machine no pair begins after this, but for the first {@link LEAST_PAIRS}. */
  readonly budgetMs: number;
}

/** So many pairs are run in any case. */
export const LEAST_PAIRS = 2;

/**
 * Runs two sides in turn: ours, theirs, theirs, ours, ours and so on, so that neither has always the place after the other.
 * A pair of which one side gave undefined, which stands for a failure, is left out.
 * @throws Error when no pair is left
 */
export async function interleave<Ours, Theirs>(
  { pairs, budgetMs }: PairLimits,
  ours: () => Promise<Ours | undefined>,
  theirs: () => Promise<Theirs | undefined>,
): Promise<Pairs<Ours, Theirs>> {
  const kept: { ours: Ours[]; theirs: Theirs[] } = { ours: [], theirs: [] };
  const until = performance.now() + budgetMs;
  for (let pair = 0; pair < pairs; pair++) {
    if (pair >= LEAST_PAIRS && performance.now() > until) break;
    const oursFirst = pair % 2 === 0;
    const early = oursFirst ? await ours() : undefined;
    const other = await theirs();
    const own = oursFirst ? early : await ours();
    if (own === undefined || other === undefined) continue;
    kept.ours.push(own);
    kept.theirs.push(other);
  }
  if (kept.ours.length === 0) throw new Error(`no pair of runs succeeded`);
  return kept;
}
