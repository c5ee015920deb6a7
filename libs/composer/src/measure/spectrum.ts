/** Power spectra of a signal by a fast Fourier transform of a fixed size (Cooley and Tukey, 1965), Hann window. */
export interface Spectrometer {
  readonly size: number;
  /** Power at `size / 2` frequencies, from 0 Hz on, around `center`; the same array each time. */
  powerAt(samples: Float32Array, center: number): Float64Array;
}

/** @param size samples per spectrum, a power of two */
export function createSpectrometer(size: number): Spectrometer {
  const window = Float64Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size));
  const cosines = Float64Array.from({ length: size / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, at) => -Math.sin((2 * Math.PI * at) / size));
  const bits = Math.log2(size);
  const reversed = Uint32Array.from({ length: size }, (_, at) => {
    let place = 0;
    for (let bit = 0; bit < bits; bit++) if (at & (1 << bit)) place |= 1 << (bits - 1 - bit);
    return place;
  });
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  const power = new Float64Array(size / 2);
  const transform = (): void => {
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let at = 0; at < half; at++) {
          const [low, high] = [start + at, start + at + half];
          const [cosine, sine] = [cosines[at * stride]!, sines[at * stride]!];
          const turnedReal = real[high]! * cosine - imaginary[high]! * sine;
          const turnedImaginary = real[high]! * sine + imaginary[high]! * cosine;
          real[high] = real[low]! - turnedReal;
          imaginary[high] = imaginary[low]! - turnedImaginary;
          real[low]! += turnedReal;
          imaginary[low]! += turnedImaginary;
        }
      }
    }
  };
  return {
    size,
    powerAt(samples, center) {
      const start = Math.round(center - size / 2);
      for (let at = 0; at < size; at++) {
        real[reversed[at]!] = (samples[start + at] ?? 0) * window[at]!;
        imaginary[at] = 0;
      }
      transform();
      for (let at = 0; at < power.length; at++) power[at] = real[at]! ** 2 + imaginary[at]! ** 2;
      return power;
    },
  };
}

/** Both sides as one. */
export function monoOf({ left, right }: { readonly left: Float32Array; readonly right: Float32Array }): Float32Array {
  return left.map((sample, at) => (sample + right[at]!) / 2);
}
