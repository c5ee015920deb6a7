import { invalidField } from '@framesong/errors';
import { randomBytes } from 'node:crypto';

// Crockford's base 32 in lower case: no i, l, o, u. Its order is that of its characters.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARACTERS = 10;

let lastTimeMs = 0;
let lastRandom = Buffer.alloc(10);

/**
 * A new id such as `frame_01k9z3...`: prefix, 48 bits of time in milliseconds, 80 random bits. Ids made later sort later,
 * also within a millisecond of one process. Source of the form: ULID.
 */
export function newJobId(prefix: string, nowMs: number = Date.now()): string {
  if (nowMs > lastTimeMs) {
    lastTimeMs = nowMs;
    lastRandom = randomBytes(10);
  } else {
    lastRandom = increment(lastRandom);
  }
  let time = '';
  for (let rest = lastTimeMs, index = 0; index < TIME_CHARACTERS; index++, rest = Math.floor(rest / 32)) {
    time = ALPHABET.charAt(rest % 32) + time;
  }
  let random = '';
  for (let bits = BigInt(`0x${lastRandom.toString('hex')}`), index = 0; index < 16; index++, bits >>= 5n) {
    random = ALPHABET.charAt(Number(bits & 31n)) + random;
  }
  return `${prefix}_${time}${random}`;
}

/**
 * The prefix of an id.
 * @param known Prefixes that there are, for the error
 * @throws INVALID_ARGUMENT for what cannot be an id
 */
export function prefixOf(jobId: string, known: readonly string[]): string {
  const match = /^([a-z]{2,16})_[0-9a-z]{26}$/.exec(jobId);
  if (match?.[1] === undefined) {
    const form = `${known.map((prefix) => `${prefix}_`).join(' or ')} and 26 characters`;
    throw invalidField('job_id', `must look like ${form}, is ${jobId.slice(0, 64)}`);
  }
  return match[1];
}

function increment(bytes: Buffer): Buffer<ArrayBuffer> {
  const next = Buffer.from(bytes);
  for (let index = next.length - 1; index >= 0; index--) {
    next[index] = (next[index]! + 1) & 255;
    if (next[index] !== 0) break;
  }
  return next;
}
