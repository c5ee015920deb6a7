import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { downloadArtifact, errorOfJob, submitFirstFrame, watchJob, type Framesong } from '@framesong/client';
import { FirstFrame, FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import { durationOfMs } from '@framesong/rpc';
import type { StoryboardShot } from './storyboard.ts';
import type { References } from './upload-references.ts';

const SUBMIT_TIMEOUT_MS = 10_000;
/** The watch ends later than the job can, so that it is the job that says what took too long. */
const RUN_TIMEOUT_MS = 120_000;
const WATCH_TIMEOUT_MS = 180_000;
const LOOK_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 30_000;

/** What is to be made of a shot, and where it goes. */
export interface ShotOrder {
  readonly storyboardId: string;
  readonly shot: StoryboardShot;
  readonly references: References;
  readonly size: { readonly width: number; readonly height: number };
  readonly file: string;
}

/**
 * Makes the first frame of a shot as a job and writes it to a file. The request id is made of what the caller knows, not of
 * chance: a caller that was stopped in the middle asks again and gets the job it had.
 * @throws FramesongError as SubmitFirstFrame, and why the job ended without a frame
 */
export async function makeShot(
  service: Framesong['imageGeneration'],
  order: ShotOrder,
  report: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { artifacts, jobs } = service;
  const { id: jobId } = await submitFirstFrame(service, requestOf(order), { timeoutMs: SUBMIT_TIMEOUT_MS, signal });
  report(`job ${jobId}`);
  const events = watchJob(jobs, jobId, {
    timeoutMs: WATCH_TIMEOUT_MS,
    signal,
    onReconnect: () => report('connection lost, looking for it again'),
  });
  for await (const { sequence, percent, stage, message } of events) {
    report(`#${sequence} ${percent.toFixed(0)} % ${stage} ${message}`);
  }
  const { job } = await jobs.getJob({ jobId }, { timeoutMs: LOOK_TIMEOUT_MS, signal });
  const error = job && errorOfJob(job);
  if (error) throw error;
  const { image } = FirstFrame.decode(job!.result!.value);
  const chunks = downloadArtifact(artifacts, image!.digest, { timeoutMs: DOWNLOAD_TIMEOUT_MS, signal });
  await pipeline(chunks, createWriteStream(order.file));
  report(`${order.file}, ${image!.sizeBytes} bytes`);
}

function requestOf({ storyboardId, shot, references, size }: ShotOrder): FirstFrameRequest {
  return FirstFrameRequest.create({
    requestId: `${storyboardId}.${shot.id}.${size.width}x${size.height}`,
    shot: { id: shot.id, prompt: shot.prompt, characterIds: [...shot.characterIds] },
    scene: { source: { $case: 'artifact', value: references.scene } },
    characters: [...references.characters].map(([id, value]) => ({
      id,
      reference: { source: { $case: 'artifact', value } },
    })),
    size,
    seed: 1,
    runTimeout: durationOfMs(RUN_TIMEOUT_MS),
    labels: new Map([['storyboard', storyboardId]]),
  });
}
