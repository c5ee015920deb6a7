import type { BreakerRules, BreakerState } from './circuit-breaker.ts';
import type { BreakerPass, BreakerRefusal, BreakerVerdict } from './shared-gates.ts';

/** What one process knows of a provider's model from its own calls. */
export interface LocalBreaker {
  readonly state: BreakerState;
  admit(): BreakerPass | BreakerRefusal;
  /** @returns for how long it is open now; undefined when it is closed */
  end(pass: BreakerPass, verdict: BreakerVerdict): number | undefined;
}

const TRIAL: BreakerPass = { trial: 'local' };

/** The clock is any that only goes forward, in milliseconds. */
export function createLocalBreaker({ failures, openMs, maxOpenMs }: BreakerRules, nowMs: () => number): LocalBreaker {
  let failed = 0;
  let lastOpenMs = 0;
  let openUntilMs: number | undefined;
  let isOnTrial = false;

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
    admit() {
      if (openUntilMs === undefined) return {};
      const openForMs = openUntilMs - nowMs();
      if (openForMs > 0 || isOnTrial) return { failures: failed, openForMs };
      isOnTrial = true;
      return TRIAL;
    },
    end({ trial }, verdict) {
      const wasTrial = trial !== undefined;
      if (verdict === 'failed') onFailure(wasTrial);
      else if (verdict === 'succeeded') onSuccess(wasTrial);
      if (wasTrial) isOnTrial = false;
      return openUntilMs === undefined ? undefined : openUntilMs - nowMs();
    },
  };
}
