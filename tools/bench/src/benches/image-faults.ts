import type { Bench } from '../bench.ts';
import { faultFigures } from '../image-faults/fault-figures.ts';
import { ssrfFigures } from '../image-faults/ssrf-figures.ts';

/** Image providers that misbehave, and addresses that must not be reached. */
export const imageFaultsBench: Bench = {
  name: 'image-faults',
  about:
    'every image provider under every fault: what it ends with, what was paid, what is left; and forbidden addresses',
  async run(context) {
    return [...(await faultFigures(context)), ...(await ssrfFigures())];
  },
};
