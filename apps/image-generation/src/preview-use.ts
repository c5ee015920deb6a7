import type { ArtifactStore } from '@framesong/artifacts';
import { toFramesongError } from '@framesong/errors';
import {
  negotiateSize,
  type EffectiveImageRequest,
  type ImageModel,
  type ImageProvider,
  type ImageRequest,
} from '@framesong/providers';
import { bytesOf } from './bytes-of.ts';
import type { FirstFrameFacts, PictureRef, PreviewUse } from './first-frame-input.ts';

/** What a frame is to be made of, as far as it decides what its preview is good for. */
interface PreviewedFrame {
  /** Undefined: the embedded engine. */
  readonly model: ImageModel | undefined;
  readonly width: number;
  readonly height: number;
  readonly referenceCount: number;
  /** Whether the same model made the preview. */
  readonly isSameModel: boolean;
  readonly providerCall: FirstFrameFacts['providerCall'];
}

type Use = NonNullable<FirstFrameFacts['previewUse']>;

/** What the preview is going to be to its frame, and why. */
export function previewUseFor(frame: PreviewedFrame): Use {
  const { model, width, height, isSameModel, providerCall } = frame;
  if (!model) {
    const note = isSameModel
      ? 'the embedded engine stages the same references again from the same seed'
      : 'the embedded engine takes no draft: it stages the references by itself';
    return { use: isSameModel ? 'seed' : 'none', note };
  }
  if (isSameModel && providerCall) {
    const { parameters } = negotiateSize(model.size, { widthPx: width, heightPx: height });
    if (isSame(parameters, providerCall.sizeParameters)) {
      const note = `${model.name} would be asked for the same size again, so the picture of the preview is the frame, and nothing is ordered`;
      return { use: 'result', note };
    }
  }
  const obstacle = obstacleTo(model, frame.referenceCount);
  if (!obstacle)
    return { use: 'reference', note: 'the preview is sent along as a draft, which the frame is to follow' };
  return withoutDraft(model, obstacle);
}

function withoutDraft({ name, takesSeed }: ImageModel, obstacle: string): Use {
  const use: PreviewUse = takesSeed ? 'seed' : 'none';
  const rest = takesSeed
    ? 'it gets the same seed'
    : `${name} takes no seed either, so that the frame may look different`;
  return { use, note: `${obstacle}; ${rest}` };
}

function obstacleTo({ name, roles, maxReferences }: ImageModel, referenceCount: number): string | undefined {
  if (!roles.includes('draft')) return `${name} takes no draft`;
  if (referenceCount < maxReferences) return undefined;
  return `${name} takes ${maxReferences} references and has no room for the preview`;
}

/** Adds the draft as the last picture where the model takes it, also with the words about it; else leaves the request as it is. */
export async function withDraft(
  artifacts: ArtifactStore,
  tenant: string,
  provider: ImageProvider,
  request: ImageRequest,
  draft: PictureRef | undefined,
  signal: AbortSignal,
): Promise<ImageRequest> {
  if (!draft) return request;
  const bytes = await bytesOf(artifacts, tenant, draft.digest, signal);
  const reference = { role: 'draft', id: '', name: '', bytes, mediaType: draft.mediaType } as const;
  const drafted = { ...request, references: [...request.references, reference], allowCollage: false };
  return canPlan(provider, drafted) ? { ...request, references: drafted.references } : request;
}

function canPlan(provider: ImageProvider, request: ImageRequest): boolean {
  try {
    provider.plan(request);
    return true;
  } catch (thrown) {
    if (toFramesongError(thrown).code === 'INVALID_ARGUMENT') return false;
    throw thrown;
  }
}

/** What became of a draft in the end. */
export function previewUseOf({ model, references, seed }: EffectiveImageRequest, draft: PictureRef): Use {
  if (references.some(({ role }) => role === 'draft'))
    return { use: 'reference', note: 'the preview was sent along as a draft', sent: draft };
  const note = `${model} could not take the preview as one more reference`;
  return { use: seed === undefined ? 'none' : 'seed', note };
}

function isSame(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => left[name] === right[name]);
}
