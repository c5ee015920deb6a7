import { toFramesongError } from '@framesong/errors';
import { STAGE_TIMEOUT, STALLED } from '@framesong/jobs';
import { STAGES } from '@framesong/telemetry';
import type { EngineTask } from './engine-task.ts';
import { whenThereIsRoom } from './full-engine.ts';
import { heededRender } from './heeded-render.ts';
import { makeSection, type SectionToMake } from './make-section.ts';
import { orderTermsOf } from './order-terms.ts';
import { contextOf } from './section-context.ts';
import type { SegmentFacts } from './song-input.ts';
import type { SongAtWork, SongParts } from './song-workflow.ts';

/** An engine that is away may be loading its model: it is waited for, for about three minutes. One that is full is not away. */
export const ENGINE_RETRY = { maxAttempts: 12, firstDelayMs: 500, maxDelayMs: 40_000 };

const MAX_TAIL_SECONDS = 1;

/**
 * Makes one section of a song as a step of its own, or the whole song in one.
 * @param index absent for the whole
 * @param made the segments that are there already, by index
 */
export async function makeSegment(
  parts: SongParts,
  song: SongAtWork,
  index: number | undefined,
  made: readonly SegmentFacts[],
  signal: AbortSignal,
): Promise<SegmentFacts> {
  const { job, work, engine, capabilities, progress } = song;
  const { input, tenant } = job;
  const part = partOf(song, index);
  const { durationSeconds } = part;
  const name = index === undefined ? 'render song' : `render section ${index + 1} ${part.tag}`;
  const file = index === undefined ? 'song' : String(index + 1);
  const beatSeconds = 60 / input.bpm;
  const tailSeconds = Math.min(MAX_TAIL_SECONDS, 2 * beatSeconds);
  const isWorthRepeating = repeating(capabilities.isPaid);
  const room = { signal, remainingMs: () => job.remainingMs(), onFull: (error: Error) => progress.full(error) };
  const keepsLength = input.replacement !== undefined || index === undefined;
  // What is paid for is ordered once, and noted as made only when it is stored. While it waits for room nothing is ordered.
  const onceWherePaid = (make: (paid?: EngineTask) => Promise<SegmentFacts>): Promise<SegmentFacts> =>
    capabilities.isPaid
      ? whenThereIsRoom(room, () => job.orderOnce(orderTermsOf(engine.name, capabilities, name), make))
      : make();
  const heeded = (paid: EngineTask | undefined): SectionToMake['timed'] => {
    const timed = heededRender(parts, song, { name, index, durationSeconds, tailSeconds, signal, paid });
    return paid ? timed : (render) => whenThereIsRoom(room, () => timed(render));
  };
  return job.step(
    name,
    ({ idempotencyKey }) =>
      onceWherePaid(async (paid) =>
        makeSection(parts, {
          tenant,
          engine,
          request: {
            renderId: renderIdOf(idempotencyKey),
            style: input.replacement?.style ?? input.style,
            bpm: input.bpm,
            key: input.key,
            seed: input.replacement?.seed ?? input.seed,
            sections: input.sections,
            ...(index !== undefined && { sectionIndex: index }),
            tailSeconds,
            ...(index !== undefined && {
              context: await contextOf(parts, song, { index, durationSeconds, tailSeconds, made }, signal),
            }),
            scorePath: work.planPath,
            path: work.rawPath(file),
          },
          segment: {
            lufs: part.lufs,
            durationSeconds,
            ...(!capabilities.playsScore && {
              shape: { durationSeconds, tailSeconds, beatSeconds, keepsLength },
            }),
          },
          segmentPath: work.segmentPath(file),
          isPaid: capabilities.isPaid,
          signal,
          timed: heeded(paid),
        }),
      ),
    {
      stage: STAGES.renderSection.name,
      retry: { ...ENGINE_RETRY, shouldRetry: (thrown) => !signal.aborted && isWorthRepeating(thrown) },
    },
  );
}

function partOf({ job }: SongAtWork, index: number | undefined) {
  const { sections, plannedSeconds } = job.input;
  if (index !== undefined) return sections[index]!;
  const lufs = Math.max(...sections.map((section) => section.lufs));
  return { tag: 'song', durationSeconds: plannedSeconds, lufs: Math.min(WHOLE_SONG_LUFS, lufs) };
}

/** A song that was made as a whole has its own rises and falls. */
const WHOLE_SONG_LUFS = -13.9;

/** Ids of engines have letters, digits and `._:-`; the key of a step also has blanks. */
function renderIdOf(idempotencyKey: string): string {
  return idempotencyKey.replaceAll(/[^A-Za-z0-9._:-]/g, '-').slice(0, 128);
}

const BEGUN_ONCE_MORE: readonly string[] = [STAGE_TIMEOUT, STALLED, 'PROVIDER_TASK_FAILED', 'PROVIDER_TASK_LOST'];

/**
 * What was away is asked again, because an engine knows the id of the render and makes nothing twice. A section that hangs is
 * begun once more, with twice the time; so is one whose engine falls silent, or has tried and failed.
 */
function repeating(isPaid: boolean): (thrown: unknown) => boolean {
  let hasBegunAgain = false;
  // Work whose status never changes hangs as well. What is paid for may be charged for all the same, and is not begun twice.
  const begunOnceMore = isPaid ? BEGUN_ONCE_MORE : [...BEGUN_ONCE_MORE, 'PROVIDER_TIMEOUT'];
  return (thrown) => {
    const { reason, code, outcome, metadata } = toFramesongError(thrown);
    const isOfEngine = metadata['engine'] !== undefined || begunOnceMore.includes(reason);
    // What comes after a render is tried again with the same sound: it is fetched by the id of its work, and costs nothing.
    if (outcome === 'sent_unknown' || (outcome === 'billed' && isOfEngine)) return false;
    if (!begunOnceMore.includes(reason)) return code === 'UNAVAILABLE';
    if (hasBegunAgain) return false;
    hasBegunAgain = true;
    return true;
  };
}
