import type { LongSilence, SilenceRange } from '@framesong/jobs';
import type { MusicCallContext, MusicCapabilities, MusicProgress } from '@framesong/providers/music';

/** What is waited for while an engine renders. */
export type EnginePhase = 'first progress' | 'next progress' | 'sound' | 'rest of the sound';

/** How long an engine may be silent. */
export interface SilenceSettings {
  readonly floorMs: number;
  /** While too little is known, of an engine that tells what it does. */
  readonly coldStartMs: number;
  readonly ceilingMs: number;
}

/** A sound that is finished comes as fast as the network is. */
const TRANSFER_COLD_START_MS = 60_000;

/**
 * The limits for one engine. One whose progress is a guess is silent for as long as its work takes, which grows with the sound
 * that it makes: history of short songs would end long ones. It may always be silent as long as any may.
 */
export function silenceLimitsOf(
  { progress }: Pick<MusicCapabilities, 'progress'>,
  { floorMs, coldStartMs, ceilingMs }: SilenceSettings,
): Readonly<Record<EnginePhase, SilenceRange>> {
  const working =
    progress === 'measured'
      ? { floorMs, ceilingMs, coldStartMs }
      : { floorMs: ceilingMs, ceilingMs, coldStartMs: ceilingMs };
  return {
    'first progress': working,
    'next progress': working,
    sound: working,
    'rest of the sound': { floorMs, ceilingMs, coldStartMs: Math.min(TRANSFER_COLD_START_MS, coldStartMs) },
  };
}

/** Tells `heard` what is waited for next, whenever the engine gives a sign of life. The same progress again is none. */
export function listeningTo(context: MusicCallContext, heard: (next: EnginePhase) => void): MusicCallContext {
  let last: MusicProgress | undefined;
  return {
    ...context,
    onSign(sign) {
      heard(sign === 'sound' ? 'rest of the sound' : 'first progress');
      context.onSign?.(sign);
    },
    onStart() {
      heard('first progress');
      context.onStart?.();
    },
    onProgress(progress) {
      const isNews = progress.done !== last?.done || progress.total !== last.total || progress.stage !== last.stage;
      if (isNews) heard(progress.done >= progress.total ? 'sound' : 'next progress');
      last = progress;
      context.onProgress?.(progress);
    },
  };
}

/** What a job tells of an engine that has been silent for long. */
export function silenceText(engine: string, { phase, silentMs, limitMs }: LongSilence<EnginePhase>): string {
  const [silent, limit] = [silentMs, limitMs].map((ms) => Number((ms / 1000).toPrecision(2)));
  return `nothing was heard of ${engine} for ${silent} s while its ${phase} is awaited; after ${limit} s it is stopped`;
}
