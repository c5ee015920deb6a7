import { createHash, randomInt } from 'node:crypto';
import type { ArtifactStore } from '@framesong/artifacts';
import type { SongPlan } from '@framesong/composer';
import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { FramesongError, toFramesongError } from '@framesong/errors';
import { submitForCall, type Caller } from '@framesong/job-api';
import type { Jobs, Submitted } from '@framesong/jobs';
import type { CallContext } from '@framesong/rpc';
import { checkSong, type CheckedSong } from './check-song.ts';
import type { Composer } from './composer.ts';
import { EMBEDDED } from './music-models.ts';
import type { SongInput } from './song-input.ts';
import { SONG_KIND } from './song-workflow.ts';

/** What accepting a song needs. */
export interface AcceptParts {
  readonly jobs: Jobs;
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
  readonly runTimeoutMs: number;
}

/**
 * Checks a request, writes its score, and submits the job. When it returns, the job is durable. The score is written here
 * so that every fault of the lyrics is an answer to the call and not the end of a job.
 * @throws FramesongError INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, RESOURCE_EXHAUSTED, UNAVAILABLE
 */
export async function acceptSong(
  parts: AcceptParts,
  request: SongRequest | undefined,
  call: CallContext,
  caller: Caller,
): Promise<Submitted> {
  const checked = checkSong(request);
  const seed = checked.request.seed ?? seedFor(checked.request.requestId);
  const plan = await plannedSong(parts.composer, checked, seed, call.signal);
  const stored = await parts.artifacts.put(call.tenant, Buffer.from(JSON.stringify(plan)), {
    mediaType: 'application/json',
    signal: call.signal,
  });
  const { requestId, labels, priority, expireTime } = checked.request;
  const input = inputOf(checked, seed, plan, stored);
  const runTimeoutMs = checked.runTimeoutMs ?? parts.runTimeoutMs;
  return submitForCall(
    parts.jobs,
    { kind: SONG_KIND, input, requestId, labels, priority, runTimeoutMs, expireTime },
    call,
    caller,
  );
}

async function plannedSong(
  composer: Composer,
  checked: CheckedSong,
  seed: number,
  signal: AbortSignal,
): Promise<SongPlan> {
  const { request, lyrics, durationSeconds } = checked;
  try {
    return await composer.plan(
      {
        ...(lyrics === undefined ? { instrumental: true } : { lyrics }),
        style: request.style,
        ...(durationSeconds !== undefined && { durationSeconds }),
        ...(request.bpm && { bpm: request.bpm }),
        ...(request.key && { key: request.key }),
        seed,
      },
      signal,
    );
  } catch (thrown) {
    throw withRequestFields(toFramesongError(thrown));
  }
}

/** The composer names its own parameters; the caller knows the fields of the request. */
function withRequestFields(error: FramesongError): FramesongError {
  const names: Readonly<Record<string, string>> = { durationSeconds: 'duration' };
  const violations = error.violations.map(({ field, description }) => ({
    field: `request.${names[field] ?? field}`,
    description,
  }));
  return violations.length === 0 ? error : error.with({ violations });
}

function inputOf(checked: CheckedSong, seed: number, plan: SongPlan, stored: SongInput['plan']): SongInput {
  return {
    lyrics: checked.lyrics ?? '',
    style: checked.request.style,
    ...(checked.durationSeconds !== undefined && { durationSeconds: checked.durationSeconds }),
    engine: EMBEDDED,
    seed,
    formats: checked.formats,
    plan: stored,
    bpm: plan.bpm,
    key: plan.key,
    profile: plan.profile,
    plannedSeconds: plan.durationSeconds,
    sections: plan.sections.map(({ tag, startSeconds, durationSeconds, notes }) => ({
      tag,
      startSeconds,
      durationSeconds,
      syllables: notes.filter((note) => note.syllable !== undefined).length,
    })),
    warnings: plan.warnings,
  };
}

/** A repeat must be the same request, so its seed follows from the request id; without one any seed will do. */
function seedFor(requestId: string): number {
  if (!requestId) return randomInt(2 ** 32);
  return createHash('sha256').update(requestId).digest().readUInt32BE(0);
}
