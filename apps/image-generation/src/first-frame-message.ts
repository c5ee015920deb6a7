import type { Any } from '@framesong/contracts/google/protobuf/any';
import {
  FirstFrame,
  FirstFramePreview,
  FirstFrameRequest,
  type FrameCandidate,
  type ImageReference,
  type ProviderCall,
  type UsedReference,
} from '@framesong/contracts/image/v1/first_frame';
import { artifactMessage } from '@framesong/artifact-api';
import { fromPlainError } from '@framesong/errors';
import { outcomeMessage, stageMessage, type JobKindMessages } from '@framesong/job-api';
import type { Job } from '@framesong/jobs';
import { durationOfMs, rpcStatusOf } from '@framesong/rpc';
import type {
  CandidateFacts,
  FirstFrameFacts,
  FirstFrameInput,
  PreviewFacts,
  ProviderCallFacts,
  ReferenceInput,
  UsedReferenceFacts,
} from './first-frame-input.ts';
import { fallbackMessages, triedMessages } from './tried-message.ts';
import { lineageOfInput, lineageOfResult } from './lineage-message.ts';

const TYPE = 'type.googleapis.com/framesong.image.v1.';

/** How first-frame jobs show what they hold. */
export const firstFrameMessages: JobKindMessages = {
  effectiveRequest: (job) => any('FirstFrameRequest', FirstFrameRequest.encode(effectiveRequest(job))),
  result: (job) => any('FirstFrame', FirstFrame.encode(firstFrameMessage(job))),
  eventDetail: (data) =>
    any('FirstFramePreview', FirstFramePreview.encode(previewMessage(data as unknown as PreviewFacts))),
  // A provider may be behind it: the time limit of one picture is the upper end.
  usualTimes: { run: { lowMs: 10_000, highMs: 180_000 }, silenceMs: 180_000 },
};

/** The finished frame of a job that has succeeded. */
export function firstFrameMessage(job: Job): FirstFrame {
  const facts = factsOf(job);
  return {
    image: artifactMessage(facts.image),
    size: { width: facts.width, height: facts.height },
    preview: facts.preview && previewMessage(facts.preview),
    provider: facts.provider,
    engine: facts.engine,
    seed: facts.seed,
    references: facts.references.map(referenceOfResult),
    characters: facts.characters.map(({ id, method, quality, box }) => ({ id, method, quality, box })),
    looks: [...facts.looks],
    warnings: [...facts.warnings],
    stages: job.stages.map(stageMessage),
    providerCall: facts.providerCall && providerCallMessage(facts.providerCall),
    tried: triedMessages(facts.tried),
    candidates: facts.candidates?.map(candidateMessage) ?? [],
    lineage: lineageOfResult(facts, inputOf(job)),
  };
}

function candidateMessage({ number, seed, picture, error: plain }: CandidateFacts): FrameCandidate {
  const error = plain && fromPlainError(plain);
  return {
    number,
    seed,
    image: picture && artifactMessage(picture.image),
    size: picture && { width: picture.width, height: picture.height },
    providerCall: picture?.providerCall && providerCallMessage(picture.providerCall),
    characters: picture?.characters.map(({ id, method, quality, box }) => ({ id, method, quality, box })) ?? [],
    warnings: [...(picture?.warnings ?? [])],
    error: error && rpcStatusOf(error),
    outcome: outcomeMessage(error?.outcome),
    provider: picture?.provider ?? '',
    engine: picture?.engine ?? '',
  };
}

function referenceOfResult({ role, characterId, source, prepared, sending }: UsedReferenceFacts): UsedReference {
  return {
    role,
    characterId,
    source: artifactMessage(source),
    prepared: artifactMessage(prepared),
    sentSizeBytes: BigInt(sending?.sizeBytes ?? 0),
    shareBytes: BigInt(sending?.shareBytes ?? 0),
    quality: sending?.quality ?? 0,
    scale: sending?.scale ?? 0,
    encoding: sending?.encoding ?? '',
    preparedSize: sending && { width: sending.width, height: sending.height },
  };
}

function providerCallMessage({
  width,
  height,
  sizeParameters,
  pictures = [],
  ...call
}: ProviderCallFacts): ProviderCall {
  return {
    ...call,
    madeSize: { width, height },
    sizeParameters: new Map(Object.entries(sizeParameters)),
    pictures: pictures.map(({ role, characterIds, sizeBytes = 0 }) => ({
      role,
      characterIds: [...characterIds],
      sizeBytes: BigInt(sizeBytes),
    })),
  };
}

function previewMessage({ image, width, height, candidate = 0 }: PreviewFacts): FirstFramePreview {
  return { image: artifactMessage(image), size: { width, height }, candidate };
}

function effectiveRequest(job: Job): FirstFrameRequest {
  const input = inputOf(job);
  const { shot } = input;
  return {
    shot: { ...shot, characterIds: [...shot.characterIds] },
    scene: referenceMessage(input.scene),
    characters: input.characters.map(({ id, name, reference }) => ({
      id,
      name,
      reference: referenceMessage(reference),
    })),
    size: { width: input.width, height: input.height },
    provider: input.provider,
    model: input.model,
    fallbackProviders: fallbackMessages(input.fallbacks),
    seed: input.seed,
    preview: {
      enabled: input.preview,
      requireConfirmation: input.confirmation && true,
      expiresAfter: input.confirmation && durationOfMs(input.confirmation.expiresAfterMs),
    },
    maxCost: job.expectedCost?.maxCost,
    allowCollage: input.allowCollage,
    caption: input.caption,
    candidates: input.candidates,
    lineage: lineageOfInput(input),
    runTimeout: job.runTimeoutMs === undefined ? undefined : durationOfMs(job.runTimeoutMs),
    expireTime: job.expireTime,
    requestId: job.requestId ?? '',
    labels: new Map(Object.entries(job.labels)),
    priority: job.priority,
  };
}

function referenceMessage(reference: ReferenceInput): ImageReference {
  if (reference.kind === 'url') return { source: { $case: 'httpsUrl', value: reference.url } };
  const { digest, sizeBytes, mediaType } = reference;
  const uri = `framesong://artifacts/${digest}`;
  return { source: { $case: 'artifact', value: { digest, sizeBytes: BigInt(sizeBytes), mediaType, uri } } };
}

// What this service stored as JSON, under a kind that names its version.
const inputOf = (job: Job) => job.input as unknown as FirstFrameInput;
const factsOf = (job: Job) => job.result as unknown as FirstFrameFacts;

function any(name: string, encoded: { finish(): Uint8Array }): Any {
  return { typeUrl: `${TYPE}${name}`, value: Buffer.from(encoded.finish()) };
}
