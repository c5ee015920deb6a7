import { createHash, randomInt } from 'node:crypto';
import { sniffMediaType } from '@framesong/artifact-api';
import type { ArtifactStore } from '@framesong/artifacts';
import type { FirstFrameRequest, ImageReference } from '@framesong/contracts/image/v1/first_frame';
import { submitForCall, type Caller } from '@framesong/job-api';
import type { CallContext } from '@framesong/rpc';
import type { BatchPlace, Jobs, Submitted } from '@framesong/jobs';
import { candidatesInput } from './check-candidates.ts';
import { checkFirstFrame, type CheckedFirstFrame } from './check-first-frame.ts';
import { expectedCostOf } from './expected-cost.ts';
import { frameReuse } from './frame-reuse.ts';
import { FIRST_FRAME_KIND } from './first-frame-workflow.ts';
import type { FirstFrameInput, ReferenceInput } from './first-frame-input.ts';
import type { ImageModelFacts } from './image-models.ts';
import type { Preparation } from './preparation.ts';

const MAX_RUN_MS = 3_600_000;

/** What accepting a first frame needs. */
export interface AcceptParts {
  readonly jobs: Jobs;
  readonly artifacts: ArtifactStore;
  readonly runTimeoutMs: number;
  readonly preparation: Preparation;
  readonly models: readonly ImageModelFacts[];
}

/**
 * Checks a request, stores its inline references, and submits the job. When it returns, the job is durable.
 * @throws FramesongError INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, RESOURCE_EXHAUSTED, UNAVAILABLE
 */
export async function acceptFirstFrame(
  parts: AcceptParts,
  request: FirstFrameRequest | undefined,
  call: CallContext,
  caller: Caller,
  batch?: BatchPlace,
): Promise<Submitted> {
  const checked = checkFirstFrame(request, parts.models);
  const { requestId, labels, priority, expireTime, cache } = checked.request;
  const input = await inputOf(parts.artifacts, checked, call);
  // Candidates are made one after another.
  const runTimeoutMs = checked.runTimeoutMs ?? Math.min(MAX_RUN_MS, parts.runTimeoutMs * (input.candidates ?? 1));
  const reuse = frameReuse(parts, cache, input, call.tenant);
  const expectedCost = expectedCostOf(checked.model, input, checked.request.maxCost);
  return submitForCall(
    parts.jobs,
    {
      kind: FIRST_FRAME_KIND,
      input,
      requestId,
      labels,
      priority,
      runTimeoutMs,
      expireTime,
      batch,
      reuse,
      expectedCost,
    },
    call,
    caller,
  );
}

async function inputOf(
  artifacts: ArtifactStore,
  checked: CheckedFirstFrame,
  call: CallContext,
): Promise<FirstFrameInput> {
  const { request, model } = checked;
  const store = (reference: ImageReference) => storedReference(artifacts, reference, call);
  const [scene, ...references] = await Promise.all([
    store(checked.scene),
    ...checked.characters.map(({ character }) => store(character.reference!)),
  ]);
  return {
    shot: {
      id: request.shot?.id ?? '',
      prompt: checked.prompt,
      negativePrompt: request.shot?.negativePrompt ?? '',
      style: request.shot?.style ?? '',
      characterIds: checked.characters.map(({ character }) => character.id),
    },
    scene,
    characters: checked.characters.map(({ character, index }, place) => ({
      id: character.id,
      name: character.name || character.id,
      reference: references[place]!,
      field: `request.characters[${index}].reference`,
    })),
    width: checked.width,
    height: checked.height,
    provider: model.provider,
    model: model.model,
    seed: request.seed ?? seedFor(request.requestId),
    preview: request.preview?.enabled ?? true,
    ...(request.allowCollage === true && { allowCollage: true }),
    ...(checked.caption && { caption: checked.caption }),
    ...(checked.fallbacks.length > 0 && {
      fallbacks: checked.fallbacks.map(({ provider, model: name }) => ({ provider, model: name })),
    }),
    ...candidatesInput(request, checked),
  };
}

/** A repeat must be the same request, so its seed follows from the request id; without one any seed will do. */
function seedFor(requestId: string): number {
  if (!requestId) return randomInt(2 ** 32);
  return createHash('sha256').update(requestId).digest().readUInt32BE(0);
}

async function storedReference(
  artifacts: ArtifactStore,
  reference: ImageReference,
  call: CallContext,
): Promise<ReferenceInput> {
  const source = reference.source!;
  switch (source.$case) {
    case 'httpsUrl':
      return { kind: 'url', url: source.value };
    case 'artifact': {
      const { digest, sizeBytes, mediaType } = await artifacts.stat(call.tenant, source.value.digest);
      return { kind: 'artifact', digest, sizeBytes, mediaType };
    }
    case 'inline': {
      const mediaType = sniffMediaType(source.value);
      const { digest, sizeBytes } = await artifacts.put(call.tenant, source.value, { mediaType, signal: call.signal });
      return { kind: 'artifact', digest, sizeBytes, mediaType };
    }
  }
}
