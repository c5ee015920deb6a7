import type { ArtifactStore } from '@framesong/artifacts';
import { FramesongError, toFramesongError } from '@framesong/errors';
import type { JobContext, PaidOrder } from '@framesong/jobs';
import type { ImageProvider, ImageProviderReference, ImageRequest, ImageResult } from '@framesong/providers';
import { annotate, ATTR, STAGES } from '@framesong/telemetry';
import { bytesOf } from './bytes-of.ts';
import { captionOf } from './caption-of.ts';
import type {
  FirstFrameFacts,
  FirstFrameInput,
  PictureRef,
  PreviewFacts,
  UsedReferenceFacts,
} from './first-frame-input.ts';
import type { FitInPool } from './fit-in-pool.ts';
import { orderTerms } from './order-terms.ts';
import { previewUseOf, withDraft } from './preview-use.ts';
import { candidateName, type WantedFrame } from './wanted-frame.ts';

/** What having a frame made by a provider needs. */
export interface OrderParts {
  readonly artifacts: ArtifactStore;
  /** By name, without the embedded engine. */
  readonly providers: ReadonlyMap<string, ImageProvider>;
  readonly fitPicture: FitInPool;
  /** Between which limits the timeout of one try is chosen. */
  readonly generateTimeout: { readonly floorMs: number; readonly ceilingMs: number };
}

/** What is noted of an order once its picture is stored: all that the result needs. */
interface OrderedPicture {
  readonly picture: PictureRef;
  readonly made: Pick<ImageResult, 'effective' | 'engine' | 'billedImages' | 'warnings'>;
  readonly responseId: string;
}

/**
 * Has the picture made by the provider of the job's input, once and no more, brings it to the wanted size and stores it.
 * @param orderName names the order among those for the same picture; empty for the first
 */
export async function orderFromProvider(
  parts: OrderParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  signal: AbortSignal,
  orderName = '',
): Promise<FirstFrameFacts> {
  const { input } = job;
  annotate({
    [ATTR.genAiOperation]: 'generate_content',
    [ATTR.genAiProvider]: input.provider,
    [ATTR.genAiModel]: input.model,
    [ATTR.genAiOutputType]: 'image',
  });
  const key = `${candidateName(wanted)} ${orderName}`.trim();
  const provider = parts.providers.get(input.provider);
  let preview: PreviewFacts | undefined;
  const ordered = provider
    ? await orderOf(parts, job, provider, references, wanted, signal, key, (facts) => (preview = facts))
    : await orderedBefore(job, key);
  try {
    return await finishedFrame(parts, job, references, wanted, ordered, preview, signal);
  } catch (thrown) {
    // It is paid for, and stored as it came: RetryJob goes on from there.
    throw toFramesongError(thrown).with({ outcome: 'billed' });
  }
}

async function orderOf(
  parts: OrderParts,
  job: JobContext<FirstFrameInput>,
  provider: ImageProvider,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  signal: AbortSignal,
  key: string,
  onPreview: (facts: PreviewFacts) => void,
): Promise<OrderedPicture> {
  const { artifacts } = parts;
  const plain = await requestOf(parts, job, references, wanted, signal);
  const request = await withDraft(artifacts, job.tenant, provider, plain, wanted.draft, signal);
  return job.orderOnce(orderTerms(provider, job.input.model, key), (paid) =>
    order(parts, job, provider, wanted, request, paid, signal, onPreview),
  );
}

/** The provider may have lost its key since the job was accepted: then nothing is ordered of it, and what was is not forgotten. */
function orderedBefore(job: JobContext<FirstFrameInput>, key: string): Promise<OrderedPicture> {
  const { provider, model } = job.input;
  const terms = { key, provider, model, estimate: { currency: 'USD', amount: '0' } };
  return job.orderOnce<OrderedPicture>(terms, () => Promise.reject(notConfigured(provider)));
}

/** The provider's picture in the wanted size. */
async function finishedFrame(
  { artifacts, fitPicture }: OrderParts,
  { input, tenant }: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  { picture, made, responseId }: OrderedPicture,
  preview: PreviewFacts | undefined,
  signal: AbortSignal,
): Promise<FirstFrameFacts> {
  const { crop, resizeTo } = made.effective.fit;
  const raw = await bytesOf(artifacts, tenant, picture.digest, signal);
  const png = await fitPicture({ picture: raw, crop, resizeTo, ...captionOf(input) }, signal);
  const image = await artifacts.put(tenant, png, { mediaType: 'image/png', signal });
  return {
    image,
    width: wanted.width,
    height: wanted.height,
    preview,
    provider: input.provider,
    model: input.model,
    engine: made.engine,
    seed: made.effective.seed ?? wanted.seed,
    references,
    characters: [],
    looks: [],
    providerCall: {
      width: made.effective.providerSize.widthPx,
      height: made.effective.providerSize.heightPx,
      sizeParameters: made.effective.sizeParameters,
      fit: made.effective.fit.operation,
      responseId,
      billedImages: made.billedImages,
      pictures: made.effective.references.map(({ role, ids, ...size }) => ({
        role,
        characterIds: ids.filter((id) => id !== ''),
        ...size,
      })),
    },
    made: picture,
    ...(wanted.draft && { previewUse: previewUseOf(made.effective, wanted.draft) }),
    warnings: made.warnings,
  };
}

async function order(
  { artifacts, generateTimeout }: OrderParts,
  job: JobContext<FirstFrameInput>,
  provider: ImageProvider,
  wanted: WantedFrame,
  request: ImageRequest,
  paid: PaidOrder,
  signal: AbortSignal,
  onPreview: (facts: PreviewFacts) => void,
): Promise<OrderedPicture> {
  const { input, tenant } = job;
  const { candidate, fromPercent, toPercent } = wanted;
  let percent = fromPercent;
  const tell = (message: string, data?: PreviewFacts): void =>
    job.progress({
      stage: 'generate_content',
      percent,
      provenance: 'measured',
      message,
      ...(data && { data: { ...data, image: { ...data.image } } }),
    });
  const limits = {
    name: `generate_content ${input.model}`,
    stage: STAGES.generateContent.name,
    model: `${input.provider}/${input.model}`,
    ...generateTimeout,
    signal,
  };
  let isAsked = false;
  const asking = job.withTimeout(limits, (timed) => {
    isAsked = true;
    return provider.generate(request, {
      ...paid,
      signal: timed.signal,
      requestKey: `${job.id}:generate ${candidateName(wanted)}`.trimEnd(),
      onProgress({ share, step }) {
        percent = Math.max(percent, fromPercent + (toPercent - fromPercent) * share);
        tell(step);
      },
      async onPreview({ bytes, mediaType, size }) {
        const image = await artifacts.put(tenant, bytes, { mediaType, signal });
        const several = input.candidates === undefined ? {} : { candidate };
        const facts = { image: { ...image }, width: size.widthPx, height: size.heightPx, ...several };
        onPreview(facts);
        tell('preview', facts);
      },
    });
  });
  const made = await asking.catch((thrown: unknown) => {
    throw isAsked ? thrown : toFramesongError(thrown).with({ outcome: 'not_sent' });
  });
  try {
    const picture = await artifacts.put(tenant, made.image.bytes, { mediaType: made.image.mediaType, signal });
    const { effective, engine, billedImages, warnings, responseId = '' } = made;
    return { picture: { ...picture }, made: { effective, engine, billedImages, warnings }, responseId };
  } catch (thrown) {
    // It is made and charged for, and could not be kept.
    throw toFramesongError(thrown).with({ outcome: 'billed' });
  }
}

/** The request in the provider's terms: image 1 is the scene, then the characters in the order of the shot. */
async function requestOf(
  { artifacts }: OrderParts,
  { input, tenant }: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  signal: AbortSignal,
): Promise<ImageRequest> {
  const names = new Map(input.characters.map(({ id, name }) => [id, name]));
  const pictures = references.map(async ({ role, characterId, prepared }): Promise<ImageProviderReference> => ({
    role,
    id: characterId,
    name: names.get(characterId) ?? '',
    bytes: await bytesOf(artifacts, tenant, prepared.digest, signal),
    mediaType: prepared.mediaType,
  }));
  return {
    prompt: input.shot.prompt,
    negativePrompt: input.shot.negativePrompt,
    style: input.shot.style,
    references: await Promise.all(pictures),
    size: { widthPx: wanted.width, heightPx: wanted.height },
    seed: wanted.seed,
    model: input.model,
    allowCollage: input.allowCollage ?? false,
  };
}

function notConfigured(name: string): FramesongError {
  return new FramesongError(`${name} is not configured any more: the operator has to set its key`, {
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_NOT_CONFIGURED',
    outcome: 'not_sent',
    metadata: { provider: name },
  });
}
