import { toFramesongError } from '@framesong/errors';
import type { MusicEngine } from '@framesong/providers/music';
import { runInContext } from '@framesong/rpc';

type Looked = Pick<MusicEngine, 'name' | 'check'>;

/** Whether engines are there, for those who list them. What orders a song never asks here. */
export interface EnginePresence {
  /** Why the engine could not be asked now; undefined when it could. Never throws, and answers within the limit. */
  awayBecause(engine: Looked): Promise<string | undefined>;
}

/** How engines are looked at. */
export interface PresenceRules {
  /** How long one that is there is not asked again. Default 30 s. */
  readonly keepMs: number;
  /** The same of one that is away. Default 5 s. */
  readonly keepAwayMs: number;
  /** For one look. Default 3 s. */
  readonly limitMs: number;
}

const RULES: PresenceRules = { keepMs: 30_000, keepAwayMs: 5_000, limitMs: 3_000 };

/** However many ask at once, and however often: each engine is looked at once in a while, and each look has its limit. */
export function createEnginePresence(rules: Partial<PresenceRules> = {}): EnginePresence {
  const { keepMs, keepAwayMs, limitMs } = { ...RULES, ...rules };
  const looks = new Map<string, Promise<string | undefined>>();
  return {
    awayBecause(engine) {
      const kept = looks.get(engine.name);
      if (kept) return kept;
      const look = lookAt(engine, limitMs);
      looks.set(engine.name, look);
      void look.then((why) => {
        setTimeout(() => looks.delete(engine.name), why === undefined ? keepMs : keepAwayMs).unref();
      });
      return look;
    },
  };
}

async function lookAt(engine: Looked, limitMs: number): Promise<string | undefined> {
  const signal = AbortSignal.timeout(limitMs);
  // Out of the call that happens to be the first to ask: all others have its answer, also when it ends before.
  const free = { signal, deadlineEpochMs: Date.now() + limitMs };
  try {
    await runInContext(free, () => engine.check(signal));
    return undefined;
  } catch (thrown) {
    const { code, reason, message } = toFramesongError(thrown);
    // Whoever works or is asked too much is there.
    if (code === 'RESOURCE_EXHAUSTED' || reason === 'PROVIDER_BUSY') return undefined;
    return signal.aborted ? `engine ${engine.name} has not answered within ${limitMs} ms` : message;
  }
}
