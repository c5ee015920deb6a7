import type { PlannedPart } from './song-plan.ts';
import type { StyleProfile, Stem, Voice } from '../style/profile.ts';
import { patchGainDb, type PatchRange } from '../style/patch-loudness.ts';
import { stemGainDb } from '../style/stem-balance.ts';

const DRUM_CHANNEL = 9;

/** The instruments of a song with their channels; drums are on channel 9 as General MIDI has it. */
export function planParts(profile: StyleProfile, lead: Voice): PlannedPart[] {
  const accompaniment = Object.entries(profile.accompaniment).map(([name, voice], index) =>
    planPart(name, name.startsWith('bass') ? 'bass' : 'music', index + 1, voice, profile),
  );
  const parts = [planPart('lead', 'lead', 0, lead, profile), ...accompaniment];
  if (profile.drums === 'none') return parts;
  const kit: Voice = { program: profile.drumKit, gainDb: 0, pan: 0, reverb: profile.drums === 'epic' ? 60 : 22 };
  return [...parts, planPart('drums', 'drums', DRUM_CHANNEL, kit, profile)];
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
