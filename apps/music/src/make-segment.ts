import { toFramesongError } from '@framesong/errors';
import { powerOfTwoClass, STAGE_TIMEOUT, STALLED, type LongSilence } from '@framesong/jobs';
import type { MusicContext } from '@framesong/providers/music';
import { STAGES } from '@framesong/telemetry';
import { listeningTo, silenceLimitsOf, silenceText, type EnginePhase } from './engine-silence.ts';
import { withEngineTask, type EngineTask } from './engine-task.ts';
import { fetchSegment } from './join-song.ts';
import { makeSection } from './make-section.ts';
import type { SegmentFacts } from './song-input.ts';
import type { SongAtWork, SongParts } from './song-workflow.ts';

/** An engine that is away may be loading its model: it is waited for, for about three minutes. */
export const ENGINE_RETRY = { maxAttempts: 12, firstDelayMs: 500, maxDelayMs: 40_000 };

const MAX_TAIL_SECONDS = 1;
/** What fits into the message of an engine, with room to spare: two sounds of it. */
const MAX_EXCERPT_BYTES = 400 * 1024;

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
  const name = index === undefined ? 'render song' : `render section ${index + 1} ${part.tag}`;
  const file = index === undefined ? 'song' : String(index + 1);
  const limits = {
    name,
    stage: STAGES.render.name,
    sizeClass: sizeClassOf(part.durationSeconds),
    ...parts.sectionTimeout,
    signal,
    startsLater: true,
  };
  const silenceLimits = {
    who: `engine ${engine.name}`,
    phases: silenceLimitsOf(capabilities, parts.silence),
    onSilent: (silence: LongSilence<EnginePhase>) => progress.silent(silenceText(engine.name, silence)),
  };
  const beatSeconds = 60 / input.bpm;
  const tailSeconds = Math.min(MAX_TAIL_SECONDS, 2 * beatSeconds);
  const isWorthRepeating = repeating();
  const keepsLength = input.replacement !== undefined || index === undefined;
  return job.step(
    name,
    async ({ idempotencyKey }) =>
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
          ...(index !== undefined && { context: await contextOf(parts, song, index, made, signal) }),
          scorePath: work.planPath,
          path: work.rawPath(file),
        },
        segment: {
          lufs: part.lufs,
          durationSeconds: part.durationSeconds,
          ...(!capabilities.playsScore && {
            shape: { durationSeconds: part.durationSeconds, tailSeconds, beatSeconds, keepsLength },
          }),
        },
        segmentPath: work.segmentPath(file),
        signal,
        timed: (render) =>
          job.withTimeout(limits, (timed) =>
            job.withSilenceLimits({ ...silenceLimits, signal: timed.signal }, ({ signal: heeded, heard }) => {
              const following = {
                signal: heeded,
                onStart: () => timed.startClock(),
                onProgress: progress.rendering(index),
              };
              const asked = (task: EngineTask) => render(listeningTo({ ...following, ...task }, heard));
              if (capabilities.reattaches !== 'by task id') return asked({ saveTaskId: nothingToSave });
              return withEngineTask(job.notes, name, asked);
            }),
          ),
      }),
    {
      stage: STAGES.renderSection.name,
      retry: { ...ENGINE_RETRY, shouldRetry: (thrown) => !signal.aborted && isWorthRepeating(thrown) },
    },
  );
}

/** The render id is all that names the work. */
const nothingToSave = (): Promise<void> => Promise.resolve();

/** Which history the durations of so much sound belong to. */
export function sizeClassOf(seconds: number): string {
  return `${powerOfTwoClass(seconds)} s of sound`;
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

/**
 * What was away is asked again, because an engine knows the id of the render and makes nothing twice. A section that hangs is
 * begun once more, with twice the time; so is one whose engine falls silent.
 */
function repeating(): (thrown: unknown) => boolean {
  let hasHung = false;
  return (thrown) => {
    const { reason, code, outcome, metadata } = toFramesongError(thrown);
    if (outcome === 'sent_unknown' || outcome === 'billed') return false;
    const isBusy = code === 'RESOURCE_EXHAUSTED' && metadata['engine'] !== undefined;
    if (reason !== STAGE_TIMEOUT && reason !== STALLED) return code === 'UNAVAILABLE' || isBusy;
    if (hasHung) return false;
    hasHung = true;
    return true;
  };
}

async function contextOf(
  { artifacts, composer }: SongParts,
  { job, work, capabilities }: SongAtWork,
  index: number,
  made: readonly SegmentFacts[],
  signal: AbortSignal,
): Promise<MusicContext> {
  const { contextSeconds, repaints } = capabilities;
  const excerpt = async (neighbour: number, side: 'before' | 'after') => {
    const segment = made[neighbour];
    if (!segment || contextSeconds === 0) return undefined;
    const name = `${index + 1}-${side}`;
    const segmentPath = await fetchSegment(
      artifacts,
      job.tenant,
      work,
      segment.artifact,
      String(neighbour + 1),
      signal,
    );
    for (let seconds = contextSeconds; ; seconds /= 2) {
      const length = Math.min(seconds, segment.bodySeconds);
      const startSeconds = side === 'before' ? segment.bodySeconds - length : 0;
      const path = work.excerptPath(name);
      const task = { segmentPath, startSeconds, endSeconds: startSeconds + length, path };
      if ((await composer.excerpt(task, signal)) <= MAX_EXCERPT_BYTES) return { path, mediaType: 'audio/flac' };
    }
  };
  const before = await excerpt(index - 1, 'before');
  const after = repaints ? await excerpt(index + 1, 'after') : undefined;
  return { ...(before && { before }), ...(after && { after }) };
}
