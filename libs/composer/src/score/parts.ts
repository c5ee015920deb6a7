import { HARMONY_PART } from '../arrange/harmony-voice.ts';
import type { PlannedPart } from './song-plan.ts';
import type { StyleProfile, Stem, Voice } from '../style/profile.ts';
import { patchGainDb, type PatchRange } from '../style/patch-loudness.ts';
import { stemGainDb } from '../style/stem-balance.ts';

const DRUM_CHANNEL = 9;
const HARMONY_CHANNEL = 10;
/** Against the tune: it is heard as its colour, not as a tune of its own. */
const HARMONY_DB = -4;
const HARMONY_PAN = 0.3;

/** The instruments of a song with their channels; drums are on channel 9 as General MIDI has it. */
export function planParts(profile: StyleProfile, lead: Voice): PlannedPart[] {
  const accompaniment = Object.entries(profile.accompaniment).map(([name, voice], index) =>
    planPart(name, name.startsWith('bass') ? 'bass' : 'music', index + 1, voice, profile),
  );
  const tune = planPart('lead', 'lead', 0, lead, profile);
  const parts = [tune, ...accompaniment, ...(profile.harmony ? [harmonyOf(tune)] : [])];
  if (profile.drums === 'none') return parts;
  const kit: Voice = { program: profile.drumKit, gainDb: 0, pan: 0, reverb: profile.drums === 'epic' ? 60 : 22 };
  return [...parts, planPart('drums', 'drums', DRUM_CHANNEL, kit, profile)];
}

/** The same instrument as the tune, softer and to its side. */
function harmonyOf(tune: PlannedPart): PlannedPart {
  const gainDb = Math.round((tune.gainDb + HARMONY_DB) * 10) / 10;
  const placed = { channel: HARMONY_CHANNEL, gainDb, pan: tune.pan + HARMONY_PAN };
  return { ...tune, ...placed, name: HARMONY_PART, stem: 'music' };
}

function planPart(name: string, stem: Stem, channel: number, voice: Voice, profile: StyleProfile): PlannedPart {
  const range: PatchRange = stem === 'drums' ? 'drums' : stem === 'bass' ? 'low' : stem === 'lead' ? 'high' : 'middle';
  const gainDb = voice.gainDb + patchGainDb(voice.program, range) + stemGainDb(profile.name, stem);
  return {
    name,
    stem,
    channel,
    program: voice.program,
    gainDb: Math.round(gainDb * 10) / 10,
    pan: voice.pan,
    reverb: Math.min(127, Math.round(voice.reverb * profile.reverb)),
    chorus: voice.chorus ?? 0,
    highPassHz: voice.highPassHz ?? (stem === 'drums' || stem === 'bass' ? 28 : 110),
  };
}
