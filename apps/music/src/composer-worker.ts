import {
  joinSections,
  parseLyrics,
  planSong,
  renderSectionToFile,
  SAMPLE_RATE_HZ,
  writeSong,
} from '@framesong/composer';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import type { JoinedSong, JoinTask, PlanTask, RenderTask, ValidateTask } from './composer-tasks.ts';

// The file that the pools of the music service run in their child processes.
const plan: WorkerTask = (request: PlanTask) => planSong(request);

const validate: WorkerTask = ({ lyrics }: ValidateTask) => parseLyrics(lyrics);

const render: WorkerTask = async ({ plan, index, path }: RenderTask, { progress, signal }) => {
  const onProgress = (doneSeconds: number, totalSeconds: number) => progress({ doneSeconds, totalSeconds });
  await renderSectionToFile(plan, index, path, { signal, onProgress });
};

const join: WorkerTask = async ({ plan, sectionPaths, folder, formats }: JoinTask, { signal }): Promise<JoinedSong> => {
  const { pcm, loudness } = await joinSections(plan, sectionPaths, { signal });
  const files = await writeSong(plan, pcm, folder, formats, { signal });
  return {
    files: files.map(({ format, path, mediaType }) => ({ format, path, mediaType })),
    durationSeconds: pcm.left.length / SAMPLE_RATE_HZ,
    loudnessLufs: loudness.integratedLufs,
    truePeakDbtp: loudness.truePeakDbtp,
    engine: `${plan.engine.name} ${plan.engine.version}`,
  };
};

serveWorker({ plan, validate, render, join });
