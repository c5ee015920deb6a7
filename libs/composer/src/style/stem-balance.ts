import type { Stem } from './profile.ts';

/**
 * Gains in dB that set the stems of a style in balance with its tune, by name of the style. Found by rendering choruses of
 * each style stem by stem and measuring them after ITU-R BS.1770-4; between seeds they differ by about 2 dB.
 */
const BALANCE_DB: Readonly<Record<string, Readonly<Record<Exclude<Stem, 'lead'>, number>>>> = {
  pop: { drums: -3.2, bass: 1.4, music: 1.1 },
  rock: { drums: -7.4, bass: -0.1, music: 0.2 },
  edm: { drums: -6.5, bass: 2, music: 1.7 },
  lofi: { drums: -2.7, bass: 5.5, music: 1 },
  epic: { drums: -2.5, bass: -3.2, music: -0.2 },
  jazz: { drums: -4.5, bass: 4.2, music: 3.8 },
  gufeng: { drums: -0.7, bass: 5.2, music: 1.7 },
  hiphop: { drums: -3.7, bass: 3.2, music: -2.6 },
  folk: { drums: -6.3, bass: 6.1, music: -0.8 },
  piano: { drums: 0, bass: 0, music: -0.1 },
  ambient: { drums: 0, bass: -1.2, music: -2.7 },
  ballad: { drums: -5.6, bass: 5.6, music: 1.6 },
};

/** The gain of a stem in a style, in dB. The tune is what the others are measured against. */
export function stemGainDb(profileName: string, stem: Stem): number {
  return stem === 'lead' ? 0 : (BALANCE_DB[profileName]?.[stem] ?? 0);
}
