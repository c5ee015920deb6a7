import { FramesongError } from '@framesong/errors';
import { untilAborted } from './until-aborted.ts';

/** How many calls may be under way, and how many may wait for that. */
export interface CallLimits {
  /** Calls, and so connections, at once. Default 8. */
  readonly connections: number;
  /** Calls that wait for one. Default 100. */
  readonly pending: number;
  /** Longest wait. Default 30 s. */
  readonly waitMs: number;
}

/** Gives out as many places as there are connections, first come first served; so nothing queues out of sight inside undici. */
export interface CallSlots {
  /** @throws FramesongError RESOURCE_EXHAUSTED `PROVIDER_BUSY`, not sent; what the signal stands for. */
  enter(signal: AbortSignal): Promise<() => void>;
  readonly active: number;
  readonly waiting: number;
}

export function createCallSlots(provider: string, limits: CallLimits): CallSlots {
  const queue: (() => void)[] = [];
  let active = 0;

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else active -= 1;
  }

  async function wait(signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<undefined>();
    const mine = (): void => turn.resolve(undefined);
    queue.push(mine);
    const timer = setTimeout(
      () => turn.reject(busy(provider, `none was free within ${limits.waitMs} ms`)),
      limits.waitMs,
    );
    try {
      await untilAborted(turn.promise, signal);
    } catch (thrown) {
      const place = queue.indexOf(mine);
      // The place was given in the moment of giving up: it goes on to the next.
      if (place === -1) leave();
      else queue.splice(place, 1);
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get active() {
      return active;
    },
    get waiting() {
      return queue.length;
    },
    async enter(signal) {
      if (active < limits.connections) active += 1;
      else if (queue.length >= limits.pending) throw busy(provider, `${queue.length} calls wait already`);
      else await wait(signal);
      let isLeft = false;
      return () => {
        if (!isLeft) leave();
        isLeft = true;
      };
    },
  };
}

function busy(provider: string, what: string): FramesongError {
  return new FramesongError(`all connections to ${provider} are in use and ${what}: try later`, {
    code: 'RESOURCE_EXHAUSTED',
    reason: 'PROVIDER_BUSY',
    outcome: 'not_sent',
    retryAfterMs: 5000,
    metadata: { provider },
  });
}
