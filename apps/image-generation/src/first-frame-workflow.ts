import { once } from 'node:events';
import { toFramesongError } from '@framesong/errors';
import { defineJob, powerOfTwoClass, type JobContext, type JobDefinition, type Workload } from '@framesong/jobs';
import { runInContext } from '@framesong/rpc';
import { annotate, ATTR, STAGES } from '@framesong/telemetry';
import { forEveryReference } from './every-reference.ts';
import { fetchReference, type FetchedReference, type FetchParts } from './fetch-reference.ts';
import type { AskedModel, FirstFrameFacts, FirstFrameInput } from './first-frame-input.ts';
import type { GenerateParts } from './generate-frame.ts';
import type { ImageModelFacts } from './image-models.ts';
import { makeCandidates } from './make-candidates.ts';
import type { OrderParts } from './order-from-provider.ts';
import { prepareReferences, type PrepareParts } from './prepare-references.ts';
import { referencesOf, type RoledReference } from './references-of.ts';

/** Name and version of the workflow. */
export const FIRST_FRAME_KIND = 'first-frame.v1';

const WAY_BACK_MS = 50;

/** What the steps of a first frame need. */
export type FirstFrameParts = FetchParts &
  PrepareParts &
  GenerateParts &
  OrderParts & { readonly models: readonly ImageModelFacts[] };

/**
 * A first frame: fetch the references, bring them under one budget, make the picture, store it. Every step that is
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
 * Everybody who may be asked, the first one first. What a provider takes may have changed since the job was accepted; then it says
 * so itself.
 */
function modelsFor(
  models: readonly ImageModelFacts[],
  { provider, model, fallbacks = [] }: FirstFrameInput,
): readonly ImageModelFacts[] {
  const factsOf = (asked: AskedModel) =>
    models.find((facts) => facts.provider === asked.provider && facts.model === asked.model) ?? models[0]!;
  return [{ provider, model }, ...fallbacks].map(factsOf);
}

/** A call gives up some milliseconds before the job's time is up, for the way back; then it is the job's clock that counts. */
async function ownClock(job: JobContext<FirstFrameInput>, thrown: unknown): Promise<void> {
  const isLate = toFramesongError(thrown).code === 'DEADLINE_EXCEEDED' && job.remainingMs() < WAY_BACK_MS;
  if (isLate && !job.signal.aborted) await once(job.signal, 'abort');
}

async function makeFirstFrame(parts: FirstFrameParts, job: JobContext<FirstFrameInput>): Promise<FirstFrameFacts> {
  const references = referencesOf(job.input);
  job.progress({ stage: STAGES.fetchReferences.name, percent: 2, provenance: 'by_stage' });
  const sources = await sourcesOf(parts, job, references);
  job.progress({ stage: STAGES.prepareReferences.name, percent: 5, provenance: 'by_stage' });
  const pictures = sources.map(({ picture }) => picture);
  const prepared = await prepareReferences(parts, job, references, pictures, modelsFor(parts.models, job.input));
  const draft = prepared.find(({ role }) => role === 'draft')?.prepared;
  return makeCandidates(
    parts,
    job,
    prepared.filter(({ role }) => role !== 'draft'),
    draft,
  );
}

/** What a confirmed preview was made of lies there already. */
function sourcesOf(
  parts: FirstFrameParts,
  job: JobContext<FirstFrameInput>,
  references: readonly RoledReference[],
): Promise<readonly FetchedReference[]> {
  const { confirms } = job.input;
  if (confirms) {
    const sources = confirms.references.map(({ source }) => source);
    return Promise.resolve([...sources, confirms.image].slice(0, references.length).map((picture) => ({ picture })));
  }
  return job.step(STAGES.fetchReferences.name, async ({ signal }) => {
    const fetched = await forEveryReference(references, signal, (reference, _, oneSignal) =>
      fetchReference(parts, job.tenant, reference, oneSignal),
    );
    const sizeBytes = fetched.reduce((sum, { picture }) => sum + picture.sizeBytes, 0);
    const hits = fetched.filter(({ cache = 'miss' }) => cache !== 'miss').length;
    annotate({ [ATTR.referenceCount]: fetched.length, [ATTR.referenceSize]: sizeBytes, [ATTR.cacheHits]: hits });
    return fetched;
  });
}
