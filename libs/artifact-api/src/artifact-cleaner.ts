import type { ArtifactReference, ArtifactStore } from '@framesong/artifacts';
import { toFramesongError } from '@framesong/errors';
import { log } from '@framesong/telemetry';

/** What the cleaner works with. */
export interface ArtifactCleanerOptions {
  readonly artifacts: ArtifactStore;
  /** All that is referred to. */
  readonly references: () => AsyncIterable<ArtifactReference>;
  /** What nothing refers to is kept for this long after its last use. */
  readonly keepMs: number;
  /** How often it looks. Default one hour. */
  readonly everyMs?: number;
}

const HOUR_MS = 3_600_000;

/** Removes artifacts that nothing refers to, at the start and then each hour, in one of the processes that share the folder. */
export function startArtifactCleaner({
  artifacts,
  references,
  keepMs,
  everyMs = HOUR_MS,
}: ArtifactCleanerOptions): AsyncDisposable {
  let working: Promise<void> | undefined;
  const clean = async (): Promise<void> => {
    try {
      await artifacts.sweep();
      const removed = await artifacts.removeUnreferenced({
        unusedForMs: keepMs,
        references,
        atMostEveryMs: everyMs * 0.9,
      });
      if (removed !== undefined && removed > 0) log.info({ removed }, 'artifacts that nothing refers to are removed');
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (error.code !== 'UNAVAILABLE')
        log.warn({ err: error }, 'artifacts were not looked through; the next time does it');
    } finally {
      working = undefined;
    }
  };
  const begin = (): void => void (working ??= clean());
  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await working;
    },
  };
}
