/** The factor of a gain in dB. */
export function gainOf(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** The level of an amplitude in dB; -Infinity for 0. */
export function decibelsOf(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}
