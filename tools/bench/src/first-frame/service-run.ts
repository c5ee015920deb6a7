import { uploadArtifact, type Framesong } from '@framesong/client';
import type { FirstFrame, FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { withLoopDelays, type LoopDelay, type LoopProcess } from '../measure/loop-delay.ts';
import { ownCpuMs } from '../processes/answering.ts';
import type { BenchStack } from '../processes/bench-stack.ts';
import { FRAME, type FrameInput } from './frame-input.ts';

/** What one frame by the services took. */
export interface ServiceRun {
  readonly wallMs: number;
  /** Of the services, their workers, PostgreSQL and the caller. */
  readonly cpuMs: number;
  readonly previewMs: number;
  readonly sha256: string;
  /** Of compression, image-generation and an idle process, in this order. */
  readonly delays: readonly LoopDelay[];
}

const LIMIT_MS = 120_000;

/** Uploads the pictures and says what to ask for. */
export async function prepareRequest({ imageGeneration }: Framesong, input: FrameInput): Promise<FirstFrameRequest> {
  const upload = async (file: string) => ({
    source: {
      $case: 'artifact' as const,
      value: await uploadArtifact(imageGeneration.artifacts, file, { timeoutMs: LIMIT_MS }),
    },
  });
  const { seed, ...size } = FRAME;
  return {
    shot: { id: 'bench', prompt: input.prompt, negativePrompt: '', style: '', characterIds: [] },
    scene: await upload(input.scene),
    characters: await Promise.all(
      input.characters.map(async ({ id, name, file }) => ({ id, name, reference: await upload(file) })),
    ),
    size,
    provider: '',
    model: '',
    seed,
    requestId: '',
    labels: new Map(),
    priority: 0,
    fallbackProviders: [],
  };
}

/** Makes the frame once, by a call that waits for it. */
export async function makeWithServices(
  stack: BenchStack,
  request: FirstFrameRequest,
  idle: LoopProcess,
): Promise<ServiceRun> {
  const processes = [stack.service('compression'), stack.service('image-generation'), idle];
  const { value, delays } = await withLoopDelays(processes, async () => {
    const cpuAtStart = stack.cpuMs();
    const ownCpuAtStart = ownCpuMs();
    const made = await call(stack.framesong, request);
    const ownCpu = ownCpuMs() - ownCpuAtStart;
    return { ...made, cpuMs: stack.cpuMs() - cpuAtStart + ownCpu };
  });
  return { ...value, delays };
}

async function call({ imageGeneration }: Framesong, request: FirstFrameRequest) {
  const startedAt = performance.now();
  let previewMs = NaN;
  let frame: FirstFrame | undefined;
  for await (const { part } of imageGeneration.rpc.generateFirstFrame(
    { request, detachOnDisconnect: false },
    { timeoutMs: LIMIT_MS },
  )) {
    if (part?.$case === 'event' && part.value.detail) previewMs = performance.now() - startedAt;
    else if (part?.$case === 'frame') frame = part.value;
  }
  const wallMs = performance.now() - startedAt;
  if (!frame?.image) throw new Error('the call ended without a frame');
  return { wallMs, previewMs, sha256: frame.image.digest.slice('sha256:'.length) };
}
