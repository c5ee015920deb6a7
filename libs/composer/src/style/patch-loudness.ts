/** Where a part plays; the loudness of a sampled sound depends on it. */
export type PatchRange = 'low' | 'middle' | 'high' | 'drums';

/**
 * Loudness of the General MIDI sounds in LUFS, by program: eight notes of 0.3 s at velocity 90 in the range, measured
 * after ITU-R BS.1770-4 on FluidR3Mono. Sounds of one soundfont differ by 20 dB; with this, gains mean musical balance.
 */
const MEASURED_LUFS: Readonly<Record<PatchRange, Readonly<Record<number, number>>>> = {
  low: { 32: -27.7, 33: -28.6, 34: -29.2, 38: -30.9, 42: -36.4, 43: -35.4, 89: -49.7 },
  middle: {
    ...{ 0: -32.8, 4: -29.3, 11: -30.5, 14: -28.4, 18: -31.3, 22: -32.8, 24: -31.6, 25: -33.9, 26: -29.9, 27: -28.5 },
    ...{ 29: -31.2, 30: -29, 42: -34.6, 46: -29.9, 48: -33.8, 49: -31, 50: -27.4, 52: -35.1, 60: -29.7, 61: -28.7 },
    ...{ 77: -26.1, 81: -30.4, 88: -30.7, 89: -43.1, 90: -33.9, 91: -26.6, 106: -37.8, 107: -31.3, 108: -35 },
  },
  high: {
    ...{ 0: -32.8, 4: -29.1, 10: -27.9, 11: -31.1, 21: -34.1, 22: -30.1, 26: -28.6, 29: -31, 40: -32.6, 42: -34.6 },
    ...{ 52: -31.8, 53: -29, 56: -27.2, 59: -25.5, 60: -31.4, 62: -32.5, 65: -27.8, 66: -28.6, 68: -30, 73: -28.8 },
    ...{ 75: -30.2, 77: -25.8, 78: -22.4, 80: -25.9, 81: -28.5, 85: -25.9, 110: -32.9 },
  },
  drums: { 0: -34, 8: -30.9, 16: -30.2, 25: -21.3, 40: -32, 48: -26.7 },
};

const REFERENCE_LUFS = -30;
const MOST_GAIN_DB = 10;

/** The gain that brings a sound to the loudness of all others, in dB; 0 for a sound that was not measured. */
export function patchGainDb(program: number, range: PatchRange): number {
  const measured = MEASURED_LUFS[range][program] ?? REFERENCE_LUFS;
  return Math.min(MOST_GAIN_DB, Math.max(-MOST_GAIN_DB, REFERENCE_LUFS - measured));
}
