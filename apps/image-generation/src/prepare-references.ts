import type { JobContext } from '@framesong/jobs';
import { annotate, ATTR, stage, STAGES } from '@framesong/telemetry';
import { isCompressionAway } from './compress-image-set.ts';
import { forEveryReference } from './every-reference.ts';
import type { FirstFrameInput, PictureRef, UsedReferenceFacts } from './first-frame-input.ts';
import type { ImageModelFacts } from './image-models.ts';
import { keptReferences, sizeAsSent } from './kept-references.ts';
import { preparationTerms, type Preparation } from './preparation.ts';
import { preparedKeys, type PreparedCache, type PreparedPicture } from './prepared-cache.ts';
import { forReference } from './reference-error.ts';
import { createReferenceSet, type CompressedReference, type SetParts } from './reference-set.ts';
import type { RoledReference } from './references-of.ts';

/** What preparing needs. */
export interface PrepareParts extends SetParts {
  readonly preparation: Preparation;
  readonly preparedCache: PreparedCache;
}

/** Compressing twice does no harm, so a compression service that is away is waited for: about three quarters of a minute. */
const RETRY = { maxAttempts: 20, firstDelayMs: 200, maxDelayMs: 5_000 };
/** Share of the job that is behind when preparing begins, and when it ends. */
const FROM_PERCENT = 5;
const TO_PERCENT = 40;

/**
 * Brings all references under one budget by one call of the compression service. Each is a step of its own, finished as soon as its
 * picture is there: after a crash, and when the service was away, the next call has only those that are left, and what the
 * finished ones have left of the budget. What a confirmed preview was made of is not prepared again where it fits.
 * @param models that may be asked, the first one first
 */
export async function prepareReferences(
  parts: PrepareParts,
  job: JobContext<FirstFrameInput>,
  references: readonly RoledReference[],
  sources: readonly PictureRef[],
  models: readonly ImageModelFacts[],
): Promise<readonly UsedReferenceFacts[]> {
  const terms = preparationTerms(parts.preparation, models, references.length);
  const keys = preparedKeys(job.tenant, references, sources, terms);
  const kept = keptReferences(job.input, terms);
  let done = 0;
  const tell = (message: string) =>
    job.progress({
      stage: STAGES.prepareReferences.name,
      percent: FROM_PERCENT + ((TO_PERCENT - FROM_PERCENT) * done) / references.length,
      provenance: 'measured',
      message,
    });
  return stage(STAGES.prepareReferences.name, { [ATTR.referenceCount]: references.length }, () => {
    const set = createReferenceSet(parts, job.tenant, references, sources, terms);
    return forEveryReference(references, job.signal, async (reference, index, signal) => {
      const prepare = async (attempt: number): Promise<UsedReferenceFacts> => {
        annotate({ [ATTR.referenceRole]: reference.role });
        if (attempt > 1) tell(`${reference.label}: attempt ${attempt}`);
        const known = await parts.preparedCache.get(job.tenant, keys[index]!);
        const picture =
          known ?? (await stored(parts, job.tenant, reference, await set.compress(index, signal), terms.encoding));
        parts.preparedCache.set(keys[index]!, picture);
        return { role: reference.role, characterId: reference.characterId, source: sources[index]!, ...picture };
      };
      try {
        const used =
          kept.get(index) ??
          (await job.step(`prepare ${reference.label}`, ({ attempt }) => prepare(attempt), {
            // One name for all: a character's id is the caller's word, and of no use to a metric.
            stage: STAGES.prepareReference.name,
            retry: { ...RETRY, shouldRetry: (error) => !signal.aborted && isCompressionAway(error) },
          }));
        set.settle(index, sizeAsSent(used.prepared.sizeBytes, terms.encoding));
        done++;
        tell(`reference ${done} of ${references.length} is ready`);
        return used;
      } catch (thrown) {
        // The others, whose faults are to be told too, do not wait for it.
        set.settle(index, 0);
        throw thrown;
      }
    });
  });
}

function stored(
  { artifacts }: PrepareParts,
  tenant: string,
  reference: RoledReference,
  { bytes, mediaType, facts, shareBytes }: CompressedReference,
  encoding: 'binary' | 'base64',
): Promise<PreparedPicture> {
  return forReference(reference, async () => ({
    prepared: { ...(await artifacts.put(tenant, bytes, { mediaType })) },
    sending: {
      encoding,
      sizeBytes: sizeAsSent(bytes.length, encoding),
      shareBytes,
      quality: facts.quality,
      scale: facts.scale,
      width: facts.width,
      height: facts.height,
    },
  }));
}
