import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { decibelsOf, gainOf } from './decibels.ts';

const THRESHOLD_DB = -14;
const RATIO = 2.2;
const ATTACK_SECONDS = 0.025;
const RELEASE_SECONDS = 0.18;

/** Holds a mix together: gently lowers, in place, what is louder than the threshold. Expects a mix of about -18 LUFS. */
export function compress(pcm: StereoPcm): void {
  const attack = Math.exp(-1 / (SAMPLE_RATE_HZ * ATTACK_SECONDS));
  const release = Math.exp(-1 / (SAMPLE_RATE_HZ * RELEASE_SECONDS));
  let envelope = 0;
  for (let index = 0; index < pcm.left.length; index++) {
    const level = Math.max(Math.abs(pcm.left[index]!), Math.abs(pcm.right[index]!));
    const inertia = level > envelope ? attack : release;
    envelope = inertia * envelope + (1 - inertia) * level;
    const over = decibelsOf(envelope) - THRESHOLD_DB;
    if (!(over > 0)) continue;
    const gain = gainOf(-over * (1 - 1 / RATIO));
    pcm.left[index]! *= gain;
    pcm.right[index]! *= gain;
  }
}
