import { buffer } from 'node:stream/consumers';
import { FramesongError, invalidArgument, toFramesongError, type FieldViolation } from '@framesong/errors';
import type {
  ReplaceSongSectionRequest,
  ReplaceSongSectionResponse,
} from '@framesong/contracts/music/v1/music_service';
import { checkJobTerms, submitForCall } from '@framesong/job-api';
import type { Job } from '@framesong/jobs';
import { msOfDuration, type CallContext } from '@framesong/rpc';
import { seedFor } from './accept-song.ts';
import { checkFormats } from './check-song.ts';
import type { WrittenPlan } from './composer-tasks.ts';
import type { MusicParts } from './music-service.ts';
import { expectedCostOf } from './order-terms.ts';
import type { SongFacts, SongInput } from './song-input.ts';
import { SONG_KIND } from './song-workflow.ts';

/** `ReplaceSongSection`: the song once more, with one section made anew and the sounds of the others as they are. */
export async function replaceSongSection(
  parts: MusicParts,
  request: ReplaceSongSectionRequest,
  call: CallContext,
): Promise<ReplaceSongSectionResponse> {
  const song = await parts.jobs.get(call.tenant, request.jobId);
  const { input, facts } = finishedSong(song);
  const formats = checkRequest(request, input);
  const capabilities = await parts.engines.named(input.engine).describe(call.signal);
  if (!capabilities.makesSections) throw notReplaceable(song, `engine ${input.engine} makes no sections any more`);
  const { jobId, sectionIndex: index, lyrics, style, requestId, labels, priority, expireTime } = request;
  const seed = request.seed ?? seedFor(requestId);
  const replacement = { jobId, index, ...(lyrics && { lyrics }), ...(style && { style }), seed };
  const plan = await writeReplacement(parts, input, replacement, call);
  const stored = await parts.artifacts.put(call.tenant, plan.json, {
    mediaType: 'application/json',
    signal: call.signal,
  });
  const { job } = await submitForCall(
    parts.jobs,
    {
      kind: SONG_KIND,
      input: {
        ...input,
        seed: input.seed,
        formats: formats.length > 0 ? formats : input.formats,
        plan: stored,
        // The levels stay those of the song that the section is put into.
        sections: input.sections.with(index, { ...plan.sections[index]!, lufs: input.sections[index]!.lufs }),
        warnings: plan.warnings,
        replacement: { ...replacement, segments: facts.segments },
      } satisfies SongInput,
      requestId,
      labels,
      priority,
      runTimeoutMs: msOfDuration(request.runTimeout) ?? parts.runTimeoutMs,
      expireTime,
      expectedCost: expectedCostOf(input.engine, capabilities, 1),
    },
    call,
    'leaves',
  );
  return { job: await parts.messages.withOutlook(job, call.language) };
}

function finishedSong(job: Job): { input: SongInput; facts: SongFacts } {
  if (job.state !== 'SUCCEEDED') throw notReplaceable(job, `it is ${job.state}; wait until it has made its song`);
  const input = job.input as unknown as SongInput;
  if (!input.segmented) throw notReplaceable(job, 'its song was made in one render; ask for a segmented one');
  return { input, facts: job.result as unknown as SongFacts };
}

function notReplaceable({ id }: Job, why: string): FramesongError {
  return new FramesongError(`no section of ${id} can be replaced: ${why}`, {
    code: 'FAILED_PRECONDITION',
    reason: 'SONG_NOT_REPLACEABLE',
    resource: { type: 'job', name: id },
  });
}

function checkRequest(request: ReplaceSongSectionRequest, { sections, lyrics }: SongInput) {
  const faults: FieldViolation[] = [];
  const fault = (field: string, description: string) => faults.push({ field, description });
  if (request.sectionIndex >= sections.length) {
    fault('section_index', `must be 0 to ${sections.length - 1}, is ${request.sectionIndex}`);
  }
  if (!request.lyrics && !request.style && request.seed === undefined) {
    fault('lyrics', 'are missing, and so are style and seed; say what is to be another');
  }
  if (request.style.length > MAX_STYLE_CHARACTERS) {
    fault('style', `has ${request.style.length} characters, at most ${MAX_STYLE_CHARACTERS} are taken`);
  }
  const formats = checkFormats(request.outputFormats, lyrics !== '' || request.lyrics !== '', fault);
  checkJobTerms(request, fault);
  if (faults.length > 0) throw invalidArgument(faults);
  return formats;
}

const MAX_STYLE_CHARACTERS = 500;

/** @throws FramesongError INVALID_ARGUMENT for lines that the section has no room for; NOT_FOUND when the plan is gone */
async function writeReplacement(
  { artifacts, composer }: MusicParts,
  { plan }: SongInput,
  { index, lyrics, style, seed }: { index: number; lyrics?: string; style?: string; seed: number },
  { tenant, signal }: CallContext,
): Promise<WrittenPlan> {
  const { chunks } = await artifacts.get(tenant, plan.digest, { signal });
  const json = await buffer(chunks);
  const wish = { ...(lyrics !== undefined && { lyrics }), ...(style !== undefined && { style }), seed };
  try {
    return await composer.replan({ json, index, replacement: wish }, signal);
  } catch (thrown) {
    throw toFramesongError(thrown);
  }
}
