import { FramesongError } from '@framesong/errors';
import { pause } from '../../http/backoff.ts';
import { createCallSlots } from '../../http/call-slots.ts';

/** How the engine is waited for. */
export interface LaneRules {
  /** How long it has for the answer to the question whether it is free. */
  readonly questionMs: number;
  /** Between two questions. */
  readonly everyMs: number;
  /** For the whole wait. */
  readonly waitMs: number;
}

/** The one place at the engine. */
export interface EngineLane {
  /**
   * Waits until no other render of this process is under way, and the engine answers.
   * @returns to be called at the end
   * @throws FramesongError RESOURCE_EXHAUSTED when it takes too long; what `look` throws; what the signal stands for
   */
  enter(signal: AbortSignal): Promise<() => void>;
}

/**
 * The engine makes one song at a time, and while it does it answers nobody. It also goes on with a song that nobody waits for
 * any more, and it would begin every one that it is asked for; so nothing is ever sent to it before it answers again.
 * @param look asks the engine, within `questionMs`: whether it answered; throws when it never will
 */
export function createEngineLane(
  engine: string,
  { questionMs, everyMs, waitMs }: LaneRules,
  look: (signal: AbortSignal, questionMs: number) => Promise<boolean>,
): EngineLane {
  const turns = createCallSlots(engine, { connections: 1, pending: 1000, waitMs });
  return {
    async enter(signal) {
      const turn = await turns.enter(signal);
      try {
        const untilMs = performance.now() + waitMs;
        while (!(await look(signal, questionMs))) {
          if (performance.now() + everyMs > untilMs) throw stillBusy(engine, waitMs);
          await pause(everyMs, signal);
        }
      } catch (thrown) {
        turn.leave();
        throw thrown;
      }
      return () => turn.leave();
    },
  };
}

function stillBusy(engine: string, waitMs: number): FramesongError {
  return new FramesongError(
    `${engine} has answered nothing for ${waitMs} ms: it is making another song, or it hangs; look at it when this stays so`,
    { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_BUSY', retryAfterMs: 10_000, metadata: { provider: engine } },
  );
}
