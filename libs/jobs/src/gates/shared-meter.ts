import type { Database } from '../database.ts';

/** Units that are wanted at once, of a rate. */
export interface MeteredUnits {
  readonly images: number;
  /** Time that one takes up, in milliseconds. 0: no limit. */
  readonly everyMs: number;
  /** How many may come at once after a quiet time. */
  readonly burst: number;
}

/** From the time at which the bucket would be empty with what is wanted in it, and from what the other side has asked for. */
const waitMs = (emptyAt: string, heldUntil: string): string => `
greatest(0,
  extract(epoch from ${emptyAt} - clock_timestamp())::float8 * 1000 - $3::float8,
  coalesce(extract(epoch from ${heldUntil} - clock_timestamp())::float8 * 1000, 0))`;

const FILLED = `greatest(clock_timestamp(), m.empty_at) + $2::float8 * interval '1 ms'`;

/**
 * $2 is what is wanted and $3 what may be there at once, both in milliseconds. The row is locked before the expressions are
 * evaluated, so that of several processes each finds what the one before has taken.
 */
const TAKE = `
with taken as (
  insert into rate_meter as m (name, empty_at) values ($1, clock_timestamp() + $2::float8 * interval '1 ms')
      on conflict (name) do update set empty_at = ${FILLED}
   where ${waitMs(FILLED, 'm.held_until')} <= $4::float8
  returning ${waitMs('m.empty_at', 'm.held_until')} as wait_ms)
select wait_ms, true as is_taken from taken
union all
select ${waitMs(FILLED, 'm.held_until')}, false from rate_meter m where name = $1 and not exists (select from taken)`;

const GIVE_BACK = `update rate_meter set empty_at = empty_at - $2::float8 * interval '1 ms' where name = $1`;

const HOLD_OFF = `
insert into rate_meter as m (name, empty_at, held_until)
values ($1, clock_timestamp(), clock_timestamp() + $2::float8 * interval '1 ms')
    on conflict (name) do update set held_until = greatest(m.held_until, excluded.held_until)`;

/**
 * A rate that all processes of a service keep to together: GCRA, the leaky bucket as a meter (ITU-T I.371), by the clock of the
 * database. The wait is known in the moment in which the room is taken, so that nobody asks again.
 */
export function createSharedMeter({ query }: Database, name: string) {
  return {
    /** @throws FramesongError UNAVAILABLE while the database is away */
    async take({ images, everyMs, burst }: MeteredUnits, longestWaitMs: number) {
      // Without a limit, what was taken while there was one does not count.
      const atOnceMs = everyMs === 0 ? Number.MAX_SAFE_INTEGER : everyMs * Math.max(burst, images);
      const values = [name, everyMs * images, atOnceMs, longestWaitMs];
      const [row] = await query<{ wait_ms: number; is_taken: boolean }>(TAKE, values);
      // Who was refused may have seen how it stood before others took the last room, or no row at all.
      if (!row?.is_taken) return { waitMs: Math.max(row?.wait_ms ?? 0, longestWaitMs), isTaken: false };
      return { waitMs: row.wait_ms, isTaken: true };
    },
    /** What was taken and not used. */
    async giveBack({ images, everyMs }: MeteredUnits): Promise<void> {
      await query(GIVE_BACK, [name, everyMs * images]);
    },
    async holdOff(delayMs: number): Promise<void> {
      await query(HOLD_OFF, [name, delayMs]);
    },
  };
}
