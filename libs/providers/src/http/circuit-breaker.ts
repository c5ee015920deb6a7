import { FramesongError } from '@framesong/errors';
import { createLocalBreaker } from './local-breaker.ts';
import {
  askShared,
  type BreakerPass,
  type BreakerRefusal,
  type BreakerVerdict,
  type SharedBreaker,
} from './shared-gates.ts';

/** When a breaker opens and for how long. */
export interface BreakerRules {
  /** Failures in a row that open it. Default 5. */
  readonly failures: number;
  /** First time open; doubles with every trial that fails, up to `maxOpenMs`. Default 10 s and 5 min. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** `closed`: calls pass; `open`: calls are refused; `half_open`: one trial is under way, others are refused. */
export type BreakerState = 'closed' | 'half_open' | 'open';

/** Keeps calls from a provider's model that fails every time, so that nobody waits for it, or pays for it. */
export interface CircuitBreaker {
  /** As this process has seen it last. */
  readonly state: BreakerState;
  /** @throws FramesongError UNAVAILABLE `PROVIDER_BREAKER_OPEN`, not sent, with the time after which a trial is made. */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** What holds where nothing else is said. */
export const BREAKER_RULES: BreakerRules = { failures: 5, openMs: 10_000, maxOpenMs: 300_000 };

/**
 * One breaker, for one provider and model. The clock is any that only goes forward, in milliseconds.
 * @param shared what all processes know together. It decides as long as it answers; what this process knows itself follows it,
 * so that it can stand in.
 */
export function createCircuitBreaker(
  name: string,
  rules: Partial<BreakerRules> = {},
  nowMs: () => number = () => performance.now(),
  shared?: SharedBreaker,
): CircuitBreaker {
  const local = createLocalBreaker({ ...BREAKER_RULES, ...rules }, nowMs);
  /** How the shared one stood when it was last asked; undefined while this process stands alone. */
  let seen: { readonly openUntilMs: number | undefined } | undefined;

  async function admit(): Promise<{ readonly pass: BreakerPass; readonly isShared: boolean }> {
    const giveBack = (late: BreakerPass | BreakerRefusal) =>
      'trial' in late ? shared?.end(late, 'undecided') : undefined;
    const answer = shared && (await askShared(`breaker ${name}`, () => shared.admit(), giveBack));
    if (!answer) {
      seen = undefined;
      return { pass: passOf(name, local.admit()), isShared: false };
    }
    const { told } = answer;
    if ('failures' in told) see(told.openForMs);
    else if (told.trial !== undefined) see(0);
    else see(undefined);
    return { pass: passOf(name, told), isShared: true };
  }

  async function end(pass: BreakerPass, isShared: boolean, verdict: BreakerVerdict): Promise<void> {
    if (!isShared || !shared) return void local.end(pass, verdict);
    const answer = await askShared(`breaker ${name}`, () => shared.end(pass, verdict));
    if (answer) see(answer.told);
    else seen = undefined;
    // What closed it together closes it here too, as a trial of this process would.
    const isClosed = answer !== undefined && answer.told === undefined;
    local.end(isClosed && verdict === 'succeeded' ? { trial: 'shared' } : {}, verdict);
  }

  function see(openForMs: number | undefined): void {
    seen = { openUntilMs: openForMs === undefined ? undefined : nowMs() + openForMs };
  }

  return {
    get state() {
      if (!seen) return local.state;
      if (seen.openUntilMs === undefined) return 'closed';
      return seen.openUntilMs <= nowMs() ? 'half_open' : 'open';
    },
    async run(call) {
      const { pass, isShared } = await admit();
      let verdict: BreakerVerdict = 'undecided';
      try {
        const result = await call();
        verdict = 'succeeded';
        return result;
      } catch (thrown) {
        verdict = verdictOn(thrown);
        throw thrown;
      } finally {
        await end(pass, isShared, verdict);
      }
    },
  };
}

function passOf(name: string, answer: BreakerPass | BreakerRefusal): BreakerPass {
  if (!('failures' in answer)) return answer;
  const { failures, openForMs } = answer;
  throw new FramesongError(`${name} has failed ${failures} times in a row and is left alone for a while`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_BREAKER_OPEN',
    outcome: 'not_sent',
    retryAfterMs: Math.max(Math.ceil(openForMs), 1000),
    metadata: { breaker: name, failures: String(failures) },
  });
}

/** A refusal of this one request shows a provider that answers. */
function verdictOn(thrown: unknown): BreakerVerdict {
  const { code, reason, outcome } = thrown as { code?: unknown; reason?: unknown; outcome?: unknown };
  if (isFaultOfProvider(code, reason)) return 'failed';
  return isNobodysFault(code, outcome) ? 'undecided' : 'succeeded';
}

function isFaultOfProvider(code: unknown, reason: unknown): boolean {
  return code === 'UNAVAILABLE' || reason === 'PROVIDER_TIMEOUT';
}

/** Says nothing about the provider: the caller left, its time was up, or the call never got so far. */
function isNobodysFault(code: unknown, outcome: unknown): boolean {
  return outcome === 'not_sent' || code === 'CANCELLED' || code === 'DEADLINE_EXCEEDED' || code === 'INTERNAL';
}
