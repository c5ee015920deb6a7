import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { profileNamed } from '../style/profiles.ts';
import { highPass, highShelf, lowPass, peak, type Biquad } from './biquad.ts';
import { compress } from './compressor.ts';
import { addCrackle } from './crackle.ts';
import { bringTo } from './levels.ts';

const COMPRESSOR_INPUT_LUFS = -18;

/** Gives a rendered section the sound of its style, in place: equalised, compressed, with crackle where the style has it. */
export function colourSection(plan: SongPlan, index: number, pcm: StereoPcm): void {
  const { durationSeconds, profile = plan.profile } = plan.sections[index]!;
  const { lowPassHz, crackle } = profileNamed(profile);
  const body = Math.round(durationSeconds * SAMPLE_RATE_HZ);
  const bodyOf = () => ({ left: pcm.left.subarray(0, body), right: pcm.right.subarray(0, body) });
  equalise(pcm, lowPassHz);
  bringTo(pcm, COMPRESSOR_INPUT_LUFS, bodyOf());
  // The next section brings its own.
  addCrackle(bodyOf(), crackle, plan.seed + index);
  compress(pcm);
}

/** Takes out rumble and boxiness, adds air. */
function equalise(pcm: StereoPcm, lowPassHz: number): void {
  const filters = (): Biquad[] => [
    highPass(SAMPLE_RATE_HZ, 30),
    peak(SAMPLE_RATE_HZ, 320, 0.9, -1.5),
    highShelf(SAMPLE_RATE_HZ, 9000, 2),
    ...(lowPassHz > 0 ? [lowPass(SAMPLE_RATE_HZ, lowPassHz, 0.6)] : []),
  ];
  for (const side of [pcm.left, pcm.right]) for (const filter of filters()) filter.process(side);
}
