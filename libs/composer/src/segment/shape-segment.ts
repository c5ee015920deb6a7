import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';

/** How the sound of an engine is cut to a section. */
export interface SegmentShape {
  readonly durationSeconds: number;
  /** How far its sound may go on over the next section. */
  readonly tailSeconds: number;
  readonly beatSeconds: number;
  /** Keep the length where the sound is too short, because other sections stand around it already. */
  readonly keepsLength: boolean;
}

/** A cut sound; `bodySeconds` is where the next section begins. */
export interface ShapedSegment {
  readonly pcm: StereoPcm;
  readonly bodySeconds: number;
  readonly warnings: readonly string[];
}

/** Silence before the first sound, which would put it beside the beat. */
const LEAD_IN_LIMIT_SECONDS = 2;
const SILENCE = 10 ** (-50 / 20);
const EDGE_SECONDS = 0.005;
/** Sound that is missing by less than this is not missed. */
const TOLERANCE_SECONDS = 0.03;

/**
 * Cuts the sound of an engine that makes sections of about the wanted length: without the silence before it, at its planned
 * length, with a tail that fades out over the next section; in place, where the sound is long enough. Where it is shorter, the
 * section ends on the last whole beat that it reaches.
 */
export function shapeSegment(sound: StereoPcm, shape: SegmentShape): ShapedSegment {
  const skip = leadIn(sound);
  const seconds = (sound.left.length - skip) / SAMPLE_RATE_HZ;
  const isShort = seconds < shape.durationSeconds - TOLERANCE_SECONDS;
  const beats = Math.max(1, Math.floor(seconds / shape.beatSeconds));
  const bodySeconds = isShort && !shape.keepsLength ? beats * shape.beatSeconds : shape.durationSeconds;
  const body = Math.round(bodySeconds * SAMPLE_RATE_HZ);
  const tail = Math.round(Math.min(shape.tailSeconds, Math.max(EDGE_SECONDS, seconds - bodySeconds)) * SAMPLE_RATE_HZ);
  const end = Math.min(body + tail, sound.left.length - skip);
  // A whole song has a hundred megabytes: where it is long enough it is cut in its place.
  const cut = (side: Float32Array, isShared = false) => {
    const isWhole = end === body + tail && !isShared;
    const out = isWhole ? side.subarray(skip, skip + end) : new Float32Array(body + tail);
    if (!isWhole) out.set(side.subarray(skip, skip + end));
    fade(out, 0, Math.round(EDGE_SECONDS * SAMPLE_RATE_HZ), 'in');
    fade(out, Math.max(0, end - tail), end, 'out');
    return out;
  };
  // The copy first: what is shared must not be faded twice.
  const right = cut(sound.right, sound.right === sound.left);
  const left = cut(sound.left);
  const asked = `${shape.durationSeconds.toFixed(1)} s`;
  return {
    pcm: { left, right },
    bodySeconds,
    warnings: isShort
      ? [`has ${seconds.toFixed(1)} s of sound instead of ${asked}${whatThen(shape, bodySeconds)}`]
      : [],
  };
}

function whatThen({ keepsLength }: SegmentShape, bodySeconds: number): string {
  return keepsLength ? '; the rest is silent' : `; it ends on a beat after ${bodySeconds.toFixed(1)} s`;
}

function leadIn({ left, right }: StereoPcm): number {
  const limit = Math.min(left.length, LEAD_IN_LIMIT_SECONDS * SAMPLE_RATE_HZ);
  for (let at = 0; at < limit; at++) if (Math.abs(left[at]!) > SILENCE || Math.abs(right[at]!) > SILENCE) return at;
  return 0;
}

/** A quarter of a sine: where one sound goes and another comes, their power together stays. */
function fade(side: Float32Array, from: number, to: number, direction: 'in' | 'out'): void {
  for (let at = from; at < to; at++) {
    const share = (at - from) / (to - from);
    side[at]! *= Math.sin((Math.PI / 2) * (direction === 'in' ? share : 1 - share));
  }
}
