import { FramesongError } from '@framesong/errors';
import type { ChosenTimeout } from '@framesong/estimates';

/** Why work was stopped: nothing was heard of who does it for too long. */
export const STALLED = 'STALLED';

/** A silence that is long, but not yet too long. */
export interface LongSilence<Phase extends string = string> {
  /** What is waited for. */
  readonly phase: Phase;
  readonly silentMs: number;
  /** After so much of it the work is stopped. */
  readonly limitMs: number;
}

/** What is watched. */
export interface SilenceWatchOptions<Phase extends string> {
  /** Who is listened to, for people: `engine tones`. */
  readonly who: string;
  /** How long may be waited for each thing. */
  readonly limits: Readonly<Record<Phase, ChosenTimeout>>;
  /** Told once per silence, at half of its limit. */
  readonly onSilent?: ((silence: LongSilence<Phase>) => void) | undefined;
}

/** Listens for signs of life. */
export interface SilenceWatch<Phase extends string> {
  /** Fires with `STALLED` when a silence has lasted too long. */
  readonly signal: AbortSignal;
  /** Something was heard; from now on `next` is waited for. The first call begins the watch. */
  heard(next: Phase): void;
  /** The longest silence so far before each thing that did come. */
  longestMs(): ReadonlyMap<Phase, number>;
  /** The silence that was too long. */
  stalled(): LongSilence<Phase> | undefined;
  stop(): void;
}

/** Half of a limit without a sign of life is worth telling. */
const NOTICE_SHARE = 0.5;

/** Begins to watch with the first {@link SilenceWatch.heard}: before that nobody owes a sign of life. */
export function createSilenceWatch<Phase extends string>(options: SilenceWatchOptions<Phase>): SilenceWatch<Phase> {
  const { who, limits, onSilent } = options;
  const controller = new AbortController();
  const longest = new Map<Phase, number>();
  let awaited: Phase | undefined;
  let heardAtMs = 0;
  let isTold = false;
  let tooLong: LongSilence<Phase> | undefined;
  let timer: NodeJS.Timeout | undefined;

  // Signs of life come thousands of times a second: the timer is not set anew with each, but looks again when it fires.
  const look = (): void => {
    if (awaited === undefined) return;
    const limitMs = limits[awaited].timeoutMs;
    const silentMs = performance.now() - heardAtMs;
    const silence = { phase: awaited, silentMs, limitMs };
    if (silentMs >= limitMs) {
      tooLong = silence;
      controller.abort(stalledFor(who, silence, limits[awaited].why));
      return;
    }
    if (!isTold && silentMs >= limitMs * NOTICE_SHARE) {
      isTold = true;
      onSilent?.(silence);
    }
    timer = setTimeout(look, Math.max(1, limitMs * (isTold ? 1 : NOTICE_SHARE) - silentMs));
  };

  return {
    signal: controller.signal,
    heard(next) {
      if (controller.signal.aborted) return;
      const now = performance.now();
      if (awaited !== undefined) longest.set(awaited, Math.max(longest.get(awaited) ?? 0, now - heardAtMs));
      const mayWait = awaited === next && !isTold;
      [awaited, heardAtMs, isTold] = [next, now, false];
      if (mayWait) return;
      clearTimeout(timer);
      look();
    },
    longestMs: () => longest,
    stalled: () => tooLong,
    stop() {
      awaited = undefined;
      clearTimeout(timer);
    },
  };
}

function stalledFor(who: string, { phase, limitMs }: LongSilence, why: string): FramesongError {
  const seconds = Number((limitMs / 1000).toPrecision(3));
  return new FramesongError(`nothing was heard of ${who} for ${seconds} s while its ${phase} was awaited (${why})`, {
    code: 'DEADLINE_EXCEEDED',
    reason: STALLED,
    metadata: { phase, silence_ms: String(Math.round(limitMs)), silence_why: why },
  });
}
