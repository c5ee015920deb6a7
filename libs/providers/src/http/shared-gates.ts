import { log } from '@framesong/telemetry';
import type { BreakerRules } from './circuit-breaker.ts';

/** That a call may pass a breaker; `trial` names it where it is the one trial of an open breaker. */
export interface BreakerPass {
  readonly trial?: string;
}

/** That it may not. */
export interface BreakerRefusal {
  /** In a row, so far. */
  readonly failures: number;
  /** Until a trial may be made; not positive while one is under way. */
  readonly openForMs: number;
}

/** How a call ended, as far as the provider is concerned; `undecided` says nothing of it. */
export type BreakerVerdict = 'succeeded' | 'failed' | 'undecided';

/** A breaker that all processes have in common. Whatever it throws, the caller goes by what it knows itself. */
export interface SharedBreaker {
  admit(): Promise<BreakerPass | BreakerRefusal>;
  /** @returns for how long it is open now; undefined when it is closed */
  end(pass: BreakerPass, verdict: BreakerVerdict): Promise<number | undefined>;
}

/** Images that are wanted at once, of a rate. */
export interface MeteredImages {
  readonly images: number;
  /** Time that one image takes up. 0: no limit. */
  readonly everyMs: number;
  /** Images that may come at once after a quiet time. */
  readonly burst: number;
}

/** A rate that all processes keep to together. */
export interface SharedMeter {
  /** How long to wait for the room, which is taken now, unless it is longer than allowed. */
  take(wanted: MeteredImages, longestWaitMs: number): Promise<{ readonly waitMs: number; readonly isTaken: boolean }>;
  /** Gives back what was taken and not used. */
  giveBack(taken: MeteredImages): Promise<void>;
  holdOff(delayMs: number): Promise<void>;
}

/** Breakers and rates over several processes, by name. */
export interface SharedGates {
  breaker(name: string, rules: BreakerRules): SharedBreaker;
  meter(name: string): SharedMeter;
}

/** Longer than this nobody waits for the others: what this process knows itself has to do. */
const LONGEST_ASK_MS = 2000;

/**
 * What all processes know together; undefined when that cannot be had, and then this process stands alone.
 * @param tooLate is given an answer that came when nobody waited for it any more, to take back what it has changed
 */
export async function askShared<T>(
  what: string,
  ask: () => Promise<T>,
  tooLate?: (told: T) => Promise<unknown> | undefined,
): Promise<{ readonly told: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LONGEST_ASK_MS} ms`)), LONGEST_ASK_MS);
  });
  const answer = ask();
  try {
    return { told: await Promise.race([answer, late]) };
  } catch (error) {
    log.warn({ what, err: error }, 'the other processes cannot be asked; this one goes by what it knows itself');
    answer.then(tooLate).catch(() => undefined);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
