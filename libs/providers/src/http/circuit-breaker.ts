import { FramesongError } from '@framesong/errors';

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
  readonly state: BreakerState;
  /** @throws FramesongError UNAVAILABLE `PROVIDER_BREAKER_OPEN`, not sent, with the time after which a trial is made. */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** One breaker, for one provider and model. The clock is any that only goes forward, in milliseconds. */
export function createCircuitBreaker(
  name: string,
  rules: Partial<BreakerRules> = {},
  nowMs: () => number = () => performance.now(),
): CircuitBreaker {
  const { failures = 5, openMs = 10_000, maxOpenMs = 300_000 } = rules;
  let failed = 0;
  let lastOpenMs = 0;
  let openUntilMs: number | undefined;
  let isOnTrial = false;

  /** True for the one trial. */
  function admit(): boolean {
    if (openUntilMs === undefined) return false;
    const leftMs = openUntilMs - nowMs();
    if (leftMs <= 0 && !isOnTrial) {
      isOnTrial = true;
      return true;
    }
    throw new FramesongError(`${name} has failed ${failed} times in a row and is left alone for a while`, {
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_BREAKER_OPEN',
      outcome: 'not_sent',
      retryAfterMs: Math.max(Math.ceil(leftMs), 1000),
      metadata: { breaker: name, failures: String(failed) },
    });
  }

  function onFailure(wasTrial: boolean): void {
    failed += 1;
    if (!wasTrial && (failed < failures || openUntilMs !== undefined)) return;
    lastOpenMs = Math.min(maxOpenMs, lastOpenMs === 0 ? openMs : lastOpenMs * 2);
    openUntilMs = nowMs() + lastOpenMs;
  }

  function onSuccess(wasTrial: boolean): void {
    // A call from before it opened says nothing about now.
    if (openUntilMs !== undefined && !wasTrial) return;
    failed = 0;
    lastOpenMs = 0;
    openUntilMs = undefined;
  }

  return {
    get state() {
      if (openUntilMs === undefined) return 'closed';
      return isOnTrial || openUntilMs <= nowMs() ? 'half_open' : 'open';
    },
    async run(call) {
      const wasTrial = admit();
      try {
        const result = await call();
        onSuccess(wasTrial);
        return result;
      } catch (thrown) {
        if (isFaultOfProvider(thrown)) onFailure(wasTrial);
        // A refusal of this one request shows a provider that answers.
        else if (!isNobodysFault(thrown)) onSuccess(wasTrial);
        throw thrown;
      } finally {
        if (wasTrial) isOnTrial = false;
      }
    },
  };
}

function isFaultOfProvider(thrown: unknown): boolean {
  const { code, reason } = thrown as { code?: unknown; reason?: unknown };
  return code === 'UNAVAILABLE' || reason === 'PROVIDER_TIMEOUT';
}

/** Says nothing about the provider: the caller left, its time was up, or the call never got so far. */
function isNobodysFault(thrown: unknown): boolean {
  const { code, outcome } = thrown as { code?: unknown; outcome?: unknown };
  return outcome === 'not_sent' || code === 'CANCELLED' || code === 'DEADLINE_EXCEEDED' || code === 'INTERNAL';
}
