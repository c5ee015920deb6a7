import { createHash, randomInt } from 'node:crypto';
import type { ArtifactStore } from '@framesong/artifacts';
import type { SongRequest } from '@framesong/contracts/music/v1/song';
import { toFramesongError, type FieldViolation } from '@framesong/errors';
import { submitForCall, type Caller } from '@framesong/job-api';
import type { BatchPlace, Jobs, Submitted } from '@framesong/jobs';
import type { MusicCapabilities } from '@framesong/providers/music';
import type { CallContext } from '@framesong/rpc';
import { checkSong, type CheckedSong } from './check-song.ts';
import type { WrittenPlan } from './composer-tasks.ts';
import type { Composer } from './composer.ts';
import { chooseForEngine, type EngineChoice } from './engine-choice.ts';
import { EMBEDDED } from './engines/embedded-engine.ts';
import type { MusicEngines } from './engines/music-engines.ts';
import { expectedCostOf } from './order-terms.ts';
import type { MemoryGate } from './resources/memory-gate.ts';
import type { SongInput } from './song-input.ts';
import { songReuse } from './song-reuse.ts';
import { SONG_KIND, SONG_QUEUE } from './song-workflow.ts';
import { withRequestField, writePlan } from './write-plan.ts';

/** What accepting a song needs. */
export interface AcceptParts {
  readonly jobs: Jobs;
  readonly artifacts: ArtifactStore;
  readonly composer: Composer;
  readonly engines: MusicEngines;
  readonly runTimeoutMs: number;
  /** Whether a render fits into the memory of its engine. */
  readonly memory: MemoryGate;
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
  batch?: BatchPlace,
): Promise<Submitted> {
  const checked = checkSong(request);
  const seed = checked.request.seed ?? seedFor(checked.request.requestId);
  const plan = await writePlan(parts.composer, parts.engines, checked, seed, call.signal);
  const engine = parts.engines.named(checked.request.engine || EMBEDDED);
  const capabilities = await engine.describe(call.signal);
  const beyond = await lyricFaults(parts.composer, checked.lyrics, engine.name, capabilities, call.signal);
  const choice = chooseForEngine(checked, plan, engine.name, capabilities, beyond);
  const seconds = Math.max(...plan.sections.map(({ durationSeconds }) => durationSeconds));
  await parts.memory.check(
    { engine, capabilities, seconds: choice.segmented ? seconds : plan.durationSeconds },
    // A batch waits for its turn anyway.
    async () => batch === undefined && (await parts.jobs.queues.status(SONG_QUEUE, call.tenant)).total === 0,
  );
  const stored = await parts.artifacts.put(call.tenant, plan.json, {
    mediaType: 'application/json',
    signal: call.signal,
  });
  const { requestId, labels, priority, expireTime } = checked.request;
  const input = inputOf(checked, seed, plan, stored, engine.name, choice);
  const runTimeoutMs = checked.runTimeoutMs ?? parts.runTimeoutMs;
  const reuse = songReuse(parts, checked.request, input, call.tenant);
  const renders = choice.segmented ? plan.sections.length : 1;
  const expectedCost = expectedCostOf(engine.name, capabilities, renders, checked.request.maxCost);
  return submitForCall(
    parts.jobs,
    { kind: SONG_KIND, input, requestId, labels, priority, runTimeoutMs, expireTime, batch, reuse, expectedCost },
    call,
    caller,
  );
}

function inputOf(
  checked: CheckedSong,
  seed: number,
  plan: WrittenPlan,
  stored: SongInput['plan'],
  engine: string,
  { segmented, formats, warnings }: EngineChoice,
): SongInput {
  return {
    lyrics: checked.lyrics ?? '',
    style: checked.request.style,
    ...(checked.durationSeconds !== undefined && { durationSeconds: checked.durationSeconds }),
    engine,
    segmented,
    seed,
    formats,
    plan: stored,
    bpm: plan.bpm,
    key: plan.key,
    profile: plan.profile,
    plannedSeconds: plan.durationSeconds,
    sections: plan.sections,
    warnings: [...plan.warnings, ...warnings],
  };
}

async function lyricFaults(
  composer: Composer,
  lyrics: string | undefined,
  engine: string,
  { lyricsLimits: limits }: MusicCapabilities,
  signal: AbortSignal,
): Promise<FieldViolation[]> {
  if (lyrics === undefined || Object.keys(limits).length === 0) return [];
  try {
    await composer.validate({ lyrics, engine, limits }, signal);
    return [];
  } catch (thrown) {
    const error = toFramesongError(thrown);
    if (error.code !== 'INVALID_ARGUMENT') throw error;
    return error.violations.map(withRequestField);
  }
}

/** A repeat must be the same request, so its seed follows from the request id; without one any seed will do. */
export function seedFor(requestId: string): number {
  if (!requestId) return randomInt(2 ** 32);
  return createHash('sha256').update(requestId).digest().readUInt32BE(0);
}
