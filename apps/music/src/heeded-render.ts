import { toFramesongError } from '@framesong/errors';
import { powerOfTwoClass, STALLED } from '@framesong/jobs';
import { ATTR, count, METRICS, STAGES } from '@framesong/telemetry';
import { listeningTo, silenceLimitsOf, silenceText } from './engine-silence.ts';
import { withEngineTask, type EngineTask } from './engine-task.ts';
import type { SectionToMake } from './make-section.ts';
import type { SongAtWork, SongParts } from './song-workflow.ts';

/** A render of one section, or of the whole song. */
export interface RenderToHeed {
  /** Of its step. */
  readonly name: string;
  /** Absent for the whole. */
  readonly index: number | undefined;
  readonly durationSeconds: number;
  readonly tailSeconds: number;
  readonly signal: AbortSignal;
  /** The order that it belongs to, where it is paid for. */
  readonly paid: EngineTask | undefined;
}

/** Puts around a render what is heeded while it goes on: memory at the engine, its timeout, its silence, its own task. */
export function heededRender(
  { memory, sectionTimeout, silence }: SongParts,
  { job, engine, capabilities, progress }: SongAtWork,
  { name, index, durationSeconds, tailSeconds, signal, paid }: RenderToHeed,
): SectionToMake['timed'] {
  const timeout = {
    name,
    stage: STAGES.render.name,
    sizeClass: sizeClassOf(durationSeconds),
    ...sectionTimeout,
    signal,
    startsLater: true,
  };
  const silenceLimits = {
    who: `engine ${engine.name}`,
    phases: silenceLimitsOf(capabilities, silence),
    // What comes after the last progress, decoding and sending, takes longer of a song than of a section.
    sizeClass: sizeClassOf(durationSeconds),
    onSilent: (long: Parameters<typeof silenceText>[1]) => progress.silent(silenceText(engine.name, long)),
  };
  return (render) =>
    memory.within({ engine, capabilities, seconds: durationSeconds + tailSeconds }, () =>
      job.withTimeout(timeout, async (timed) => {
        try {
          return await job.withSilenceLimits({ ...silenceLimits, signal: timed.signal }, (listening) => {
            const following = {
              signal: listening.signal,
              onStart: () => timed.startClock(),
              onProgress: progress.rendering(index),
            };
            const asked = (task: EngineTask) => render(listeningTo({ ...following, ...task }, listening.heard));
            if (paid) return asked(paid);
            if (capabilities.reattaches !== 'by task id') return asked({ saveTaskId: nothingToSave });
            return withEngineTask(job.notes, name, asked);
          });
        } catch (thrown) {
          countStall(engine.name, thrown);
          throw thrown;
        }
      }),
    );
}

/** Which history the durations of so much sound belong to. */
export function sizeClassOf(seconds: number): string {
  return `${powerOfTwoClass(seconds)} s of sound`;
}

/** The render id is all that names the work. */
const nothingToSave = (): Promise<void> => Promise.resolve();

function countStall(engine: string, thrown: unknown): void {
  const { reason, metadata } = toFramesongError(thrown);
  if (reason !== STALLED) return;
  count(METRICS.engineStalls, 1, { [ATTR.engineName]: engine, [ATTR.enginePhase]: metadata['phase'] ?? '' });
}
