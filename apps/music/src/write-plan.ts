import { LYRICS_MAX_BYTES } from '@framesong/composer';
import { invalidArgument, notFound, toFramesongError, type FieldViolation } from '@framesong/errors';
import type { CheckedSong } from './check-song.ts';
import type { PlanTask, WrittenPlan } from './composer-tasks.ts';
import type { Composer } from './composer.ts';
import type { MusicEngines } from './engines/music-engines.ts';

/**
 * Writes the score of a request.
 * @throws FramesongError INVALID_ARGUMENT with every fault of the request at once, those of the lyrics with line and column;
 *   NOT_FOUND for an unknown engine, when nothing else is wrong
 */
export async function writePlan(
  composer: Composer,
  engines: MusicEngines,
  checked: CheckedSong,
  seed: number,
  signal: AbortSignal,
): Promise<WrittenPlan> {
  const { request, faults } = checked;
  const isKnownEngine = !request.engine || engines.has(request.engine);
  const advice = `there is ${engines.names.join(', ')}; ListMusicModels tells more`;
  const told = new Set(faults.map(({ field }) => field));
  const found = [...faults];
  const gather = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (error.code !== 'INVALID_ARGUMENT') throw error;
      found.push(...error.violations.map(withRequestField).filter(({ field }) => !told.has(field)));
      return undefined;
    }
  };
  const plan = await gather(composer.plan(planTaskOf(checked, told, seed), signal));
  if (plan && found.length === 0) {
    if (isKnownEngine) return plan;
    throw notFound('engine', request.engine, advice);
  }
  for (const { field } of found) told.add(field);
  // The composer looks at the lyrics last.
  const { lyrics } = checked;
  if (lyrics !== undefined && Buffer.byteLength(lyrics) <= LYRICS_MAX_BYTES) {
    await gather(composer.validate({ lyrics, engine: '', limits: {} }, signal));
  }
  if (!isKnownEngine)
    found.push({ field: 'request.engine', description: `${request.engine} does not exist: ${advice}` });
  throw invalidArgument(found);
}

/** Without what is known to be wrong, so that the composer tells of the rest. */
function planTaskOf(
  { request, lyrics, durationSeconds }: CheckedSong,
  wrong: ReadonlySet<string>,
  seed: number,
): PlanTask {
  const isRight = (field: string) => !wrong.has(`request.${field}`);
  return {
    ...(lyrics !== undefined && isRight('lyrics') ? { lyrics } : { instrumental: true }),
    style: isRight('style') ? request.style : '',
    ...(durationSeconds !== undefined && isRight('duration') && { durationSeconds }),
    ...(request.bpm && isRight('bpm') && { bpm: request.bpm }),
    ...(request.key && { key: request.key }),
    seed,
  };
}

/** The composer names its own parameters; the caller knows the fields of the request. */
export function withRequestField({ field, description }: FieldViolation): FieldViolation {
  return { field: `request.${field === 'durationSeconds' ? 'duration' : field}`, description };
}
