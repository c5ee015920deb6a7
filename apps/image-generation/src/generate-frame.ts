import type { ArtifactStore } from '@framesong/artifacts';
import type { JobContext } from '@framesong/jobs';
import type { FirstFrameFacts, FirstFrameInput, PreviewFacts, UsedReferenceFacts } from './first-frame-input.ts';
import type { ComposeFrame, ComposedFrame, ComposeTask } from './compose-in-pool.ts';
import { annotate, ATTR, STAGES } from '@framesong/telemetry';
import { bytesOf } from './bytes-of.ts';
import { captionOf } from './caption-of.ts';
import type { WantedFrame } from './wanted-frame.ts';

/** What making the picture needs. */
export interface GenerateParts {
  readonly artifacts: ArtifactStore;
  readonly composeFrame: ComposeFrame;
  /** Between which limits the timeout of one try is chosen. */
  readonly generateTimeout: { readonly floorMs: number; readonly ceilingMs: number };
}

/** Makes the picture from the prepared references and stores it; a preview goes out as progress on the way. */
export async function generateFrame(
  { artifacts, composeFrame, generateTimeout }: GenerateParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  { candidate, seed, width, height, fromPercent, toPercent }: WantedFrame,
  signal: AbortSignal,
): Promise<FirstFrameFacts> {
  const { input, tenant } = job;
  annotate({
    [ATTR.genAiOperation]: 'generate_content',
    [ATTR.genAiProvider]: input.provider,
    [ATTR.genAiModel]: input.model,
    [ATTR.genAiOutputType]: 'image',
  });
  const [scene, ...figures] = await Promise.all(
    references.map(({ prepared }) => bytesOf(artifacts, tenant, prepared.digest, signal)),
  );
  let preview: Promise<PreviewFacts> | undefined;
  let percent = fromPercent;
  const task: ComposeTask = {
    scene: scene!,
    characters: input.characters.map(({ id, name }, index) => ({ id, name, image: figures[index]! })),
    prompt: input.shot.prompt,
    negativePrompt: input.shot.negativePrompt,
    style: input.shot.style,
    ...captionOf(input),
    seed,
    width,
    height,
    // A preview has none of its own.
    preview: input.preview && !input.confirmation,
  };
  const name = `generate_content ${input.model}`;
  const limits = { name, stage: STAGES.compose.name, ...generateTimeout, signal, startsLater: true };
  const frame: ComposedFrame = await job.withTimeout(limits, (timed) =>
    composeFrame(task, {
      signal: timed.signal,
      onStart: () => timed.startClock(),
      onProgress: ({ done, total, detail }) => {
        percent = fromPercent + ((toPercent - fromPercent) * done) / total;
        job.progress({ stage: 'generate_content', percent, provenance: 'measured', message: detail });
      },
      onPreview: ({ bytes, mediaType, ...size }) => {
        preview = artifacts.put(tenant, bytes, { mediaType, signal }).then((image) => {
          const several = input.candidates === undefined ? {} : { candidate };
          const facts = { image: { ...image }, width: size.width, height: size.height, ...several };
          job.progress({
            stage: 'generate_content',
            percent,
            provenance: 'measured',
            message: 'preview',
            data: facts,
          });
          return facts;
        });
        preview.catch(() => undefined);
      },
    }),
  );
  const image = await artifacts.put(tenant, frame.image, { mediaType: 'image/png', signal });
  return {
    image,
    width: frame.width,
    height: frame.height,
    preview: await preview,
    provider: input.provider,
    model: input.model,
    engine: frame.engine,
    seed,
    references,
    characters: frame.characters,
    looks: frame.looks,
    warnings: warningsOf(input, frame),
  };
}

function warningsOf(input: FirstFrameInput, frame: ComposedFrame): string[] {
  const warnings: string[] = [];
  if (frame.ignoredWords.length > 0)
    warnings.push(`no effect in this engine: ${frame.ignoredWords.slice(0, 40).join(', ')}`);
  if (input.shot.negativePrompt) warnings.push('the negative prompt has no effect in this engine');
  for (const { id, method } of frame.characters) {
    if (method === 'card')
      warnings.push(`${id} could not be cut out and hangs as a framed picture; a plain backdrop helps`);
  }
  return warnings;
}
