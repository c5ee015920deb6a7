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

/** The place of one call. */
export interface CallSlot {
  /** From 0; always the lowest that is free, and nobody else's until it is left. */
  readonly number: number;
  /** More than once does no harm. */
  leave(): void;
}

/** Gives out as many places as there are connections, first come first served; so nothing queues out of sight inside undici. */
export interface CallSlots {
  /** @throws FramesongError RESOURCE_EXHAUSTED `PROVIDER_BUSY`, not sent; what the signal stands for. */
  enter(signal: AbortSignal): Promise<CallSlot>;
  readonly active: number;
  readonly waiting: number;
}

export function createCallSlots(provider: string, limits: CallLimits): CallSlots {
  const queue: ((place: number) => void)[] = [];
  const taken = new Set<number>();

  function leave(place: number): void {
    const next = queue.shift();
    if (next) next(place);
    else taken.delete(place);
  }

  function lowestFree(): number {
    let place = 0;
    while (taken.has(place)) place += 1;
    taken.add(place);
    return place;
  }

  async function wait(signal: AbortSignal): Promise<number> {
    const turn = Promise.withResolvers<number>();
    let given: number | undefined;
    const mine = (place: number): void => turn.resolve((given = place));
    queue.push(mine);
    const timer = setTimeout(
      () => turn.reject(busy(provider, `none was free within ${limits.waitMs} ms`)),
      limits.waitMs,
    );
    try {
      return await untilAborted(turn.promise, signal);
    } catch (thrown) {
      // The place was given in the moment of giving up: it goes on to the next.
      if (given !== undefined) leave(given);
      else queue.splice(queue.indexOf(mine), 1);
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    get active() {
      return taken.size;
    },
    get waiting() {
      return queue.length;
    },
    async enter(signal) {
      const isFull = taken.size >= limits.connections;
      if (isFull && queue.length >= limits.pending) throw busy(provider, `${queue.length} calls wait already`);
      const number = isFull ? await wait(signal) : lowestFree();
      let isLeft = false;
      return {
        number,
        leave() {
          if (!isLeft) leave(number);
          isLeft = true;
        },
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
