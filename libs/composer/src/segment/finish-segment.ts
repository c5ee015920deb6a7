import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { limit } from '../master/limiter.ts';
import { bringTo, LIMITER_CEILING_DBTP } from '../master/levels.ts';
import { integratedLufs } from '../master/loudness.ts';

const CLOSE_ENOUGH_LU = 0.1;
const PASSES = 4;

/**
 * Brings a section to its loudness, in place, limited below the ceiling of the song: a finished segment. What follows is only
 * adding segments up and one constant gain. The tail after `bodySeconds` does not count for the loudness.
 */
export function finishSegment(pcm: StereoPcm, bodySeconds: number, lufs: number): void {
  const body = Math.round(bodySeconds * SAMPLE_RATE_HZ);
  const measured = () => ({ left: pcm.left.subarray(0, body), right: pcm.right.subarray(0, body) });
  for (let pass = 0; pass < PASSES; pass++) {
    const offLu = Math.abs(integratedLufs(measured(), SAMPLE_RATE_HZ) - lufs);
    // Limiting takes a little loudness away, which the next pass gives back.
    if (pass > 0 && offLu < CLOSE_ENOUGH_LU) return;
    bringTo(pcm, lufs, measured());
    limit(pcm, LIMITER_CEILING_DBTP);
  }
}
