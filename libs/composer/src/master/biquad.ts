/**
 * Second-order filter, direct form II transposed. State is kept between calls, so a signal can be fed in blocks.
 * Designs after Robert Bristow-Johnson, Cookbook formulae for audio EQ biquad filter coefficients.
 */
export class Biquad {
  #z1 = 0;
  #z2 = 0;
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;

  /** The coefficients of the transfer function; `a` starts with the one that all others are divided by. */
  constructor(b: readonly [number, number, number], a: readonly [number, number, number]) {
    this.#b0 = b[0] / a[0];
    this.#b1 = b[1] / a[0];
    this.#b2 = b[2] / a[0];
    this.#a1 = a[1] / a[0];
    this.#a2 = a[2] / a[0];
  }

  /** Filters one sample. */
  next(sample: number): number {
    const out = this.#b0 * sample + this.#z1;
    this.#z1 = this.#b1 * sample - this.#a1 * out + this.#z2;
    this.#z2 = this.#b2 * sample - this.#a2 * out;
    return out;
  }

  /** Filters in place. */
  process(samples: Float32Array, count = samples.length): void {
    for (let index = 0; index < count; index++) samples[index] = this.next(samples[index]!);
  }
}

/** Lets pass what is above `cornerHz`. */
export function highPass(sampleRateHz: number, cornerHz: number, q = Math.SQRT1_2): Biquad {
  const { cos, alpha } = prewarp(sampleRateHz, cornerHz, q);
  return new Biquad([(1 + cos) / 2, -(1 + cos), (1 + cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
}

/** Lets pass what is below `cornerHz`. */
export function lowPass(sampleRateHz: number, cornerHz: number, q = Math.SQRT1_2): Biquad {
  const { cos, alpha } = prewarp(sampleRateHz, cornerHz, q);
  return new Biquad([(1 - cos) / 2, 1 - cos, (1 - cos) / 2], [1 + alpha, -2 * cos, 1 - alpha]);
}

/** Raises or lowers a band around `centerHz`. */
export function peak(sampleRateHz: number, centerHz: number, q: number, gainDb: number): Biquad {
  const { cos, alpha } = prewarp(sampleRateHz, centerHz, q);
  const amplitude = 10 ** (gainDb / 40);
  return new Biquad(
    [1 + alpha * amplitude, -2 * cos, 1 - alpha * amplitude],
    [1 + alpha / amplitude, -2 * cos, 1 - alpha / amplitude],
  );
}

/** Raises or lowers all above `cornerHz`. */
export function highShelf(sampleRateHz: number, cornerHz: number, gainDb: number): Biquad {
  const { cos, alpha } = prewarp(sampleRateHz, cornerHz, Math.SQRT1_2);
  const amplitude = 10 ** (gainDb / 40);
  const slope = 2 * Math.sqrt(amplitude) * alpha;
  const up = amplitude + 1;
  const down = amplitude - 1;
  return new Biquad(
    [amplitude * (up + down * cos + slope), -2 * amplitude * (down + up * cos), amplitude * (up + down * cos - slope)],
    [up - down * cos + slope, 2 * (down - up * cos), up - down * cos - slope],
  );
}

function prewarp(sampleRateHz: number, frequencyHz: number, q: number): { cos: number; alpha: number } {
  const omega = (2 * Math.PI * frequencyHz) / sampleRateHz;
  return { cos: Math.cos(omega), alpha: Math.sin(omega) / (2 * q) };
}
