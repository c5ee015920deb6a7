import { uploadArtifact } from '@framesong/client';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { Job } from '@framesong/contracts/job/v1/job';
import { ATTR, STAGES } from '@framesong/telemetry';
import type { Outcome } from '../traces-caller.ts';
import { byUrl, character, frameRequest, inline, uploaded } from './frame-requests.ts';
import { startCollector, type CollectedSpan, type Collector } from './otlp-collector.ts';
import { startPictureServer } from './picture-server.ts';
import { drawFigure, drawNoise } from './pictures.ts';
import { startStack } from './stack.ts';
import { startTracedCaller } from './traced-caller.ts';

/** Byte budget of a reference: the scene is over it, the figures are not. */
export const BUDGET_BYTES = 40 * 1024;
const OVERRUN_MS = 300;
/** The call that prepares the references. */
export const COMPRESS = 'framesong.compression.v1.CompressionService/CompressImageSet';

/** What must not leave the processes: words of prompt and style, a secret in a query, a picture as base64. */
export const SECRETS = {
  prompt: 'Two otters juggle marmalade jars on a zeppelin',
  style: 'vermeer-ish gouache',
  query: 'sesame-7f3a',
};

/** One first frame: what its caller was told, the trace of the call, and the job as it ended. */
export interface TracedCall {
  readonly outcome: Outcome;
  readonly trace: readonly CollectedSpan[];
  readonly job: Job;
}

/** Everything that first frames have exported, after all processes have ended. */
export interface TracedFirstFrames {
  readonly collector: Collector;
  readonly attached: TracedCall;
  /** `trace` is that of the submission. */
  readonly submitted: TracedCall;
  /** Its scene was not to be had. */
  readonly failed: TracedCall;
  /** Overran its deadline of 300 ms while a heavy reference was prepared. */
  readonly overrun: TracedCall;
  /** Cancelled by its caller while a heavy reference was compressed. */
  readonly cancelled: TracedCall;
  /** The log lines of each process. */
  readonly logs: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  readonly figure: Buffer;
}

/** Makes them with real services and a caller that is traced itself, and stops everything with SIGTERM. */
export async function makeTracedFirstFrames(): Promise<TracedFirstFrames> {
  const [scene, heavy] = await Promise.all([drawNoise(300), drawNoise(1800)]);
  // Two that differ: equal ones that are compressed at the same time are joined.
  const [figure, otherFigure] = await Promise.all([drawFigure(), drawFigure('#2980b9')]);
  await using pictures = await startPictureServer(scene);
  await using collector = await startCollector();
  await using stack = await startStack({
    ...collector.environment,
    FRAMESONG_REFERENCE_HTTP: 'true',
    FRAMESONG_REFERENCE_ALLOW: pictures.host,
    FRAMESONG_IMAGE_REFERENCE_BUDGET: `${BUDGET_BYTES / 1024}KB`,
    FRAMESONG_WORKER_PROCESSES: '1',
    // Equal references are compressed each time.
    FRAMESONG_IMAGE_REFERENCE_CACHE: '0',
    FRAMESONG_COMPRESSION_CACHE_MEMORY: '0B',
    FRAMESONG_COMPRESSION_CACHE_DISK: '0B',
  });
  const { imageGeneration, compression } = stack;
  const { artifacts, jobs } = stack.framesong.imageGeneration;
  const caller = startTracedCaller(
    { compression: compression.address, imageGeneration: imageGeneration.address },
    collector.environment,
  );
  const request = (requestId: string, changes: Partial<FirstFrameRequest> = {}) =>
    frameRequest({
      shot: { id: '', prompt: SECRETS.prompt, negativePrompt: '', style: SECRETS.style, characterIds: [] },
      scene: byUrl(pictures.url(`/picture?signature=${SECRETS.query}`)),
      characters: [character('otter-one', inline(figure)), character('otter-two', inline(otherFigure))],
      preview: { enabled: true },
      requestId,
      ...changes,
    });
  /** The call and its job, once the spans of both are there: the job of a call that ends early ends a moment later. */
  const traced = async (requestId: string, outcome: Outcome): Promise<TracedCall> => {
    const of = (kind: string) =>
      collector.spans.find((span) => span.kind === kind && span.attributes[ATTR.requestId] === requestId);
    const { traceId } = await collector.when(() => of('SERVER'));
    const work = await collector.when(() => of('CONSUMER'));
    const { job } = await jobs.getJob({ jobId: String(work.attributes[ATTR.jobId]) });
    return {
      outcome,
      job: job!,
      // Looked up when asked for: what is exported later belongs to it too.
      get trace() {
        return collector.spans.filter((span) => span.traceId === traceId);
      },
    };
  };
  const { digest } = await uploadArtifact(artifacts, heavy);
  const late = { scene: uploaded(digest), characters: [] };
  const generate = (requestId: string, changes: Partial<FirstFrameRequest> = {}, timeoutMs = 60_000) =>
    caller.call({ call: 'generate', request: request(requestId, changes), timeoutMs });
  /** On a busy machine not the first one gets as far as the compression. */
  const overrunCall = async (attempt = 1): Promise<TracedCall> => {
    const isCompressing = watchFor(collector, COMPRESS);
    const outcome = await generate(`overrun-${attempt}`, late, OVERRUN_MS);
    return isCompressing() || attempt === 9 ? traced(`overrun-${attempt}`, outcome) : overrunCall(attempt + 1);
  };
  const cancelledCall = async (): Promise<TracedCall> => {
    const isCompressing = watchFor(collector, STAGES.compressImage.name);
    const outcome = generate('cancelled', late);
    await collector.when(() => isCompressing() || undefined);
    caller.cancel();
    return traced('cancelled', await outcome);
  };

  const attached = await traced('attached', await generate('attached'));
  const submission = await caller.call({ call: 'submit and wait', request: request('submitted') });
  const submitted = await traced('submitted', submission);
  const missing = { scene: byUrl(pictures.url(`/missing?signature=${SECRETS.query}`)) };
  const failed = await traced('failed', await generate('failed', missing));
  const overrun = await overrunCall();
  const cancelled = await cancelledCall();
  await caller.stop();
  await imageGeneration.end('SIGTERM');
  await compression.end('SIGTERM');
  const logs = { caller: caller.log, 'image-generation': imageGeneration.log, compression: compression.log };
  return { collector, attached, submitted, failed, overrun, cancelled, logs, figure };
}

/** Tells whether since now a span of this name has begun in the compression service, which is told long before its end. */
function watchFor(collector: Collector, name: string): () => boolean {
  const seen = collector.logs.length;
  return () =>
    collector.logs
      .slice(seen)
      .some(({ service, attributes }) => service === 'framesong-compression' && attributes[ATTR.spanName] === name);
}
