import { SAMPLE_RATE_HZ } from '../engine.ts';
import { highPass, type Biquad } from '../master/biquad.ts';
import { gainOf } from '../master/decibels.ts';
import type { PlannedPart } from '../score/song-plan.ts';

/** One block of two sides. */
export type Sides = readonly [Float32Array, Float32Array];

/** Filters and adds up the channels of a synthesiser. */
export interface ChannelStrips {
  /** Adds `count` samples of all channels and of the effects to `target`, from `offset` on. */
  mix(
    channels: readonly Sides[],
    effects: Sides,
    duck: Float32Array,
    target: Sides,
    offset: number,
    count: number,
  ): void;
}

interface Strip {
  readonly channel: number;
  readonly gain: number;
  readonly ducks: boolean;
  readonly filters: readonly [Biquad, Biquad];
}

/** Reverb is cut below this: low notes would turn it to mud. */
const EFFECTS_HIGH_PASS_HZ = 160;
const EFFECTS_DB = -2;

/** What the sends of all parts are measured against: the mean gain of the parts that send much. */
export function effectsReferenceDb(parts: readonly PlannedPart[]): number {
  const sending = parts.filter((part) => part.stem === 'lead' || part.stem === 'music');
  return sending.reduce((sum, part) => sum + part.gainDb, 0) / sending.length;
}

/** Creates the strips for the parts of a song. */
export function createChannelStrips(parts: readonly PlannedPart[]): ChannelStrips {
  const strips = parts.map((part): Strip => {
    const filter = (): Biquad => highPass(SAMPLE_RATE_HZ, part.highPassHz);
    const ducks = part.stem === 'bass' || part.stem === 'music';
    return { channel: part.channel, gain: gainOf(part.gainDb), ducks, filters: [filter(), filter()] };
  });
  const effectsGain = gainOf(effectsReferenceDb(parts) + EFFECTS_DB);
  const effectsFilters = [0, 1].map(() => highPass(SAMPLE_RATE_HZ, EFFECTS_HIGH_PASS_HZ));
  return {
    mix(channels, effects, duck, target, offset, count) {
      for (const side of [0, 1] as const) {
        const out = target[side];
        for (const { channel, gain, ducks, filters } of strips) {
          const samples = channels[channel]![side];
          const filter = filters[side];
          for (let index = 0; index < count; index++) {
            out[offset + index]! += filter.next(samples[index]!) * gain * (ducks ? duck[index]! : 1);
          }
        }
        const wet = effects[side];
        const filter = effectsFilters[side]!;
        for (let index = 0; index < count; index++) {
          out[offset + index]! += filter.next(wet[index]!) * effectsGain * duck[index]!;
        }
      }
    },
  };
}
