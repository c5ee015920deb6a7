import { once } from 'node:events';
import { toFramesongError } from '@framesong/errors';
import { defineJob, powerOfTwoClass, type JobContext, type JobDefinition, type Workload } from '@framesong/jobs';
import { runInContext } from '@framesong/rpc';
import { annotate, ATTR, stage, STAGES } from '@framesong/telemetry';
import { forEveryReference } from './every-reference.ts';
import { fetchReference, type FetchedReference, type FetchParts } from './fetch-reference.ts';
import type { AskedModel, FirstFrameFacts, FirstFrameInput } from './first-frame-input.ts';
import { isCompressionAway } from './compress-images.ts';
import type { GenerateParts } from './generate-frame.ts';
import type { ImageModelFacts } from './image-models.ts';
import { keptReferences } from './kept-references.ts';
import { makeCandidates } from './make-candidates.ts';
import type { OrderParts } from './order-from-provider.ts';
import { prepareReference, type PrepareParts } from './prepare-reference.ts';
import { referencesOf } from './references-of.ts';

/** Name and version of the workflow. */
export const FIRST_FRAME_KIND = 'first-frame.v1';

/** Compressing twice does no harm, so a compression service that is away is waited for: about three quarters of a minute. */
const PREPARE_RETRY = { maxAttempts: 20, firstDelayMs: 200, maxDelayMs: 5_000 };

const WAY_BACK_MS = 50;

/** What the steps of a first frame need. */
export type FirstFrameParts = FetchParts &
  PrepareParts &
  GenerateParts &
  OrderParts & { readonly models: readonly ImageModelFacts[] };

/**
 * A first frame: fetch the references, bring each under its budget, make the picture, store it. Every step that is
 * finished is saved, so that a crash goes on after it.
 */
export function firstFrameWorkflow(parts: FirstFrameParts): JobDefinition<FirstFrameInput, FirstFrameFacts> {
  return defineJob({
    kind: FIRST_FRAME_KIND,
    idPrefix: 'frame',
    queue: 'images',
    workloadOf: workloadOfFrame,
    run: async (job) => {
      const deadlineEpochMs = Date.now() + job.remainingMs();
      try {
        return await runInContext({ signal: job.signal, deadlineEpochMs }, () => makeFirstFrame(parts, job));
      } catch (thrown) {
        await ownClock(job, thrown);
        throw thrown;
      }
    },
  });
}

/** Frames of about as many pixels with about as many characters take about as long. */
function workloadOfFrame({
  provider,
  model,
  characters,
  candidates = 1,
  confirmation,
  ...input
}: FirstFrameInput): Workload {
  const { width, height } = confirmation ?? input;
  const several = candidates === 1 ? '' : `, ${candidates} candidates`;
  const count = characters.length;
  const figures = count === 0 ? 'no characters' : count <= 2 ? '1 to 2 characters' : '3 or more characters';
  return {
    model: `${provider}/${model}`,
    sizeClass: `${powerOfTwoClass((width * height) / 1e5)} x 0.1 MP, ${figures}${several}`,
  };
}

/**
 * Media types that everybody takes who may be asked. What a provider takes may have changed since the job was accepted; then it
 * says so itself.
 */
function typesForAll(
  models: readonly ImageModelFacts[],
  { provider, model, fallbacks = [] }: FirstFrameInput,
): readonly string[] {
  const typesOf = (asked: AskedModel): readonly string[] => {
    const known = models.find((facts) => facts.provider === asked.provider && facts.model === asked.model);
    return (known ?? models[0]!).referenceTypes;
  };
  return typesOf({ provider, model }).filter((type) => fallbacks.every((other) => typesOf(other).includes(type)));
}

/** A call gives up some milliseconds before the job's time is up, for the way back; then it is the job's clock that counts. */
async function ownClock(job: JobContext<FirstFrameInput>, thrown: unknown): Promise<void> {
  const isLate = toFramesongError(thrown).code === 'DEADLINE_EXCEEDED' && job.remainingMs() < WAY_BACK_MS;
  if (isLate && !job.signal.aborted) await once(job.signal, 'abort');
}

async function makeFirstFrame(parts: FirstFrameParts, job: JobContext<FirstFrameInput>): Promise<FirstFrameFacts> {
  const references = referencesOf(job.input);
  const referenceTypes = typesForAll(parts.models, job.input);

  job.progress({ stage: STAGES.fetchReferences.name, percent: 2, provenance: 'by_stage' });
  const { confirms } = job.input;
  const kept = confirms && keptReferences(confirms, referenceTypes);
  const sources: readonly FetchedReference[] = confirms
    ? confirms.references.map(({ source }) => ({ picture: source }))
    : await job.step(STAGES.fetchReferences.name, async ({ signal }) => {
        const fetched = await forEveryReference(references, signal, (reference, _, oneSignal) =>
          fetchReference(parts, job.tenant, reference, oneSignal),
        );
        const sizeBytes = fetched.reduce((sum, { picture }) => sum + picture.sizeBytes, 0);
        annotate({ [ATTR.referenceCount]: fetched.length, [ATTR.referenceSize]: sizeBytes });
        return fetched;
      });

  job.progress({ stage: STAGES.prepareReferences.name, percent: 5, provenance: 'by_stage' });
  let done = 0;
  const prepared = await stage(STAGES.prepareReferences.name, { [ATTR.referenceCount]: references.length }, () =>
    forEveryReference(references, job.signal, async (reference, index, signal) => {
      const tell = (message: string) =>
        job.progress({
          stage: STAGES.prepareReferences.name,
          percent: 5 + (35 * done) / references.length,
          provenance: 'measured',
          message,
        });
      const used =
        kept?.[index] ??
        (await job.step(
          `prepare ${reference.label}`,
          ({ attempt }) => {
            annotate({ [ATTR.referenceRole]: reference.role });
            if (attempt > 1) tell(`${reference.label}: attempt ${attempt}`);
            return prepareReference(parts, job.tenant, reference, sources[index]!.picture, {
              accepted: referenceTypes,
              signal,
            });
          },
          {
            // One name for all: a character's id is the caller's word, and of no use to a metric.
            stage: STAGES.prepareReference.name,
            retry: { ...PREPARE_RETRY, shouldRetry: (error) => !signal.aborted && isCompressionAway(error) },
          },
        ));
      done++;
      tell(`reference ${done} of ${references.length} is ready`);
      return used;
    }),
  );

  return makeCandidates(parts, job, prepared);
}
