import type { Bench } from '../bench.ts';
import { comparisons } from '../timeouts/comparisons.ts';
import { recordTraces } from '../timeouts/record-traces.ts';
import { timeoutFigures } from '../timeouts/timeout-figures.ts';

const SEEDS = 10;

/** Timeouts from history against fixed ones, over synthetic latencies and those of the embedded engines. */
export const timeoutsBench: Bench = {
  name: 'timeouts',
  about:
    'timeouts from history against always 180 s and 900 s: what they cut off wrongly, and how soon they notice a hang',
  async run({ quick, say }) {
    const [frames, songs] = quick ? [12, 3] : [60, 15];
    say(`making ${frames} frames and ${songs} songs to record how long the embedded engines take`);
    const recorded = await recordTraces(frames, songs);
    say(
      `playing ${recorded.composeSeconds.length} pictures and ${recorded.renderSeconds.length} sections, and synthetic ones`,
    );
    const seeds = Array.from({ length: quick ? 2 : SEEDS }, (_, index) => index + 1);
    return comparisons(recorded).flatMap((comparison) => timeoutFigures(comparison, seeds));
  },
};
