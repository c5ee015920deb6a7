import type { StyleProfile } from './profile.ts';
import { BAND_PROFILES } from './profiles-band.ts';
import { GROOVE_PROFILES } from './profiles-groove.ts';
import { SCENE_PROFILES } from './profiles-scene.ts';

const ALL = [...BAND_PROFILES, ...GROOVE_PROFILES, ...SCENE_PROFILES];

/** Where a text names several styles, the one that stands first here wins: the more special before the more general. */
const PRECEDENCE = 'gufeng lofi edm epic rock jazz hiphop folk piano ambient ballad pop'.split(' ');

/** All styles, by precedence. */
export const STYLE_PROFILES: readonly StyleProfile[] = PRECEDENCE.map(profileNamed);

/** Names of all styles. */
export const STYLE_NAMES: readonly string[] = STYLE_PROFILES.map(({ name }) => name);

/** The style for texts that name none. */
export const DEFAULT_PROFILE = profileNamed('pop');

/** @throws Error for a name that is no style */
export function profileNamed(name: string): StyleProfile {
  const profile = ALL.find((candidate) => candidate.name === name);
  if (!profile) throw new Error(`there is no style named ${name}`);
  return profile;
}
