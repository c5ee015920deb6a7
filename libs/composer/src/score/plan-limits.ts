import { invalidArgument, type FieldViolation } from '@framesong/errors';
import { bpmInText } from '../style/read-style.ts';
import { KEY_FORM, parseKey } from '../style/keys.ts';

/** What {@link planSong} accepts. */
export const PLAN_LIMITS = {
  durationSeconds: { min: 5, max: 600 },
  bpm: { min: 40, max: 240 },
  styleCharacters: { max: 2000 },
} as const;

/** What {@link planSong} is asked for. */
export interface SongRequest {
  /** Words to sing. Leave out with `instrumental: true`. */
  readonly lyrics?: string;
  readonly instrumental?: boolean;
  /** Free text about style, English or Chinese; may name tempo, key, instruments. */
  readonly style: string;
  /** The length to aim at. Default: what the lyrics need; 60 s for an instrumental. */
  readonly durationSeconds?: number;
  /** Default: by style. */
  readonly bpm?: number;
  /** For example 'A minor'. Default: by style. */
  readonly key?: string;
  /** A whole number from 0 on. The same request with the same seed is the same song. */
  readonly seed: number;
}

/** @throws FramesongError INVALID_ARGUMENT naming every faulty field with its limit and what to do */
export function checkSongRequest(request: SongRequest): void {
  const violations: FieldViolation[] = [];
  const fault = (field: string, description: string): void => {
    violations.push({ field, description });
  };
  const { durationSeconds, bpm } = PLAN_LIMITS;
  if (!isWithin(request.durationSeconds, durationSeconds)) {
    const advice = 'leave it out to take as long as the lyrics need';
    fault(
      'durationSeconds',
      `must be ${durationSeconds.min} to ${durationSeconds.max} s, is ${request.durationSeconds}; ${advice}`,
    );
  }
  if (!isWithin(request.bpm, bpm)) {
    fault(
      'bpm',
      `must be ${bpm.min} to ${bpm.max} beats per minute, is ${request.bpm}; leave it out to let the style decide`,
    );
  }
  const styleBpm = bpmInText(request.style);
  if (request.bpm === undefined && !isWithin(styleBpm, bpm)) {
    fault('style', `names a tempo of ${styleBpm} bpm; it must be ${bpm.min} to ${bpm.max}, change or delete it`);
  }
  const styleLength = request.style.length;
  const { max } = PLAN_LIMITS.styleCharacters;
  if (styleLength > max) fault('style', `must be at most ${max} characters, is ${styleLength}; shorten it`);
  if (request.key !== undefined && !parseKey(request.key)) {
    fault('key', `must be ${KEY_FORM}; leave it out to let the style decide`);
  }
  if (!Number.isSafeInteger(request.seed) || request.seed < 0) {
    fault('seed', `must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, is ${request.seed}`);
  }
  if (request.instrumental === true && request.lyrics !== undefined) {
    fault('instrumental', 'excludes lyrics; leave one of the two out');
  }
  if (request.instrumental !== true && request.lyrics === undefined) {
    fault('lyrics', 'are missing; write some, or set instrumental');
  }
  if (violations.length > 0) throw invalidArgument(violations);
}

function isWithin(value: number | undefined, limit: { min: number; max: number }): boolean {
  return value === undefined || (value >= limit.min && value <= limit.max);
}
