import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { createRandom } from '../random.ts';
import { highPass, lowPass } from './biquad.ts';

const TICKS_PER_SECOND = 9;

/** Adds the hiss and the ticks of an old record, in place. */
export function addCrackle(pcm: StereoPcm, level: number, seed: number): void {
  if (level === 0) return;
  const random = createRandom(seed, 'crackle');
  const low = lowPass(SAMPLE_RATE_HZ, 6000);
  const high = highPass(SAMPLE_RATE_HZ, 900);
  let tick = 0;
  for (let index = 0; index < pcm.left.length; index++) {
    if (random.unit() < TICKS_PER_SECOND / SAMPLE_RATE_HZ) tick = (random.unit() - 0.5) * 0.16;
    const noise = (random.unit() - 0.5) * 0.0022 + tick;
    tick *= 0.82;
    const sample = high.next(low.next(noise)) * level;
    pcm.left[index]! += sample;
    pcm.right[index]! += sample * 0.8;
  }
}
