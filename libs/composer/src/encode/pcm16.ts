import { soundOf, type SoundSource } from '../master/sound-source.ts';
import { createRandom } from '../random.ts';

/** Gives consecutive pieces of a recording as interleaved 16-bit samples. */
export interface Pcm16Source {
  readonly frames: number;
  /** Frames `start` to `end`; pieces must be asked for in order, from the first on. */
  read(start: number, end: number): Int16Array<ArrayBuffer>;
}

/** 16-bit samples with triangular dither. The dither is seeded, so every format and every run has the same samples. */
export function createPcm16Source(source: SoundSource): Pcm16Source {
  const sound = soundOf(source);
  const random = createRandom(1, 'dither');
  const toInteger = (sample: number): number => {
    const dithered = sample * 32_767 + (random.unit() - random.unit()) * 0.5;
    return Math.max(-32_768, Math.min(32_767, Math.round(dithered)));
  };
  return {
    frames: sound.frames,
    read(start, end) {
      const samples = new Int16Array((end - start) * 2);
      const { left, right } = sound.read(start, end);
      for (let frame = 0; frame < left.length; frame++) {
        samples[frame * 2] = toInteger(left[frame]!);
        samples[frame * 2 + 1] = toInteger(right[frame]!);
      }
      return samples;
    },
  };
}

/** Start and end of consecutive pieces of at most `size`. */
export function* pieces(total: number, size: number): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < total; start += size) yield [start, Math.min(total, start + size)];
}
