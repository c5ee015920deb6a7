import type { Random } from '../random.ts';
import type { PlannedNote } from '../score/song-plan.ts';
import type { StyleProfile } from '../style/profile.ts';

/** How much of its distance from the beat a player keeps from one stroke to the next. */
const INERTIA = 0.85;
/** Standard deviation of that distance, and of single notes of one stroke, in beats. */
const PLAYER_BEATS = 0.0042;
const FINGER_BEATS = 0.0016;
/** Notes this near belong to one stroke, in beats. */
const STROKE_BEATS = 0.01;

/**
 * Swings the off-beats and moves every note a little in time and strength, as players do. A player who is late stays late for
 * a while (deviations of neighbouring notes are alike: Hennig et al., The Nature and Perception of Fluctuations in Human
 * Musical Rhythms, 2011), and the notes of one chord keep together. Sorted by time.
 */
export function humanise(notes: readonly PlannedNote[], profile: StyleProfile, random: Random): PlannedNote[] {
  const players = new Map<string, { drift: number; lastBeat: number }>();
  const driftOf = ({ part, startBeat }: PlannedNote): number => {
    const player = players.get(part) ?? { drift: random.normal(), lastBeat: startBeat };
    if (Math.abs(startBeat - player.lastBeat) > STROKE_BEATS) {
      player.drift = INERTIA * player.drift + Math.sqrt(1 - INERTIA ** 2) * random.normal();
      player.lastBeat = startBeat;
    }
    players.set(part, player);
    return player.drift * PLAYER_BEATS + random.normal() * FINGER_BEATS;
  };
  return [...notes]
    .sort((a, b) => a.startBeat - b.startBeat)
    .map((note) => {
      const reach = note.part === 'drums' ? 0.6 : note.part === 'lead' ? 1.2 : 1;
      const drift = driftOf(note) * profile.humanise * reach;
      const velocity = note.velocity + random.normal() * 3.5 * profile.humanise;
      return {
        ...note,
        startBeat: round(Math.max(0, swing(note.startBeat, profile) + drift)),
        beats: round(note.beats),
        velocity: Math.round(Math.min(125, Math.max(8, velocity))),
      };
    })
    .sort((a, b) => a.startBeat - b.startBeat || a.pitch - b.pitch);
}

function swing(startBeat: number, { swing: amount, swingUnit }: StyleProfile): number {
  const phase = (startBeat / swingUnit) % 1;
  return amount > 0 && Math.abs(phase - 0.5) < 0.03 ? startBeat + amount * swingUnit * 0.5 : startBeat;
}

/** Keeps the plan small: a ten-thousandth of a beat is far below what can be heard. */
function round(beats: number): number {
  return Math.round(beats * 10_000) / 10_000;
}
