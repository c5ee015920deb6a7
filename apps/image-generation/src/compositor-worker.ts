import { createCutoutCache, drawCollage, encodeFrame, fitPicture, renderFirstFrame } from '@framesong/compositor';
import { compressImage, configureSharp } from '@framesong/compression';
import type { ImageBytes } from '@framesong/providers';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import type { CollageTask } from './collage-in-pool.ts';
import type { ComposedFrame, ComposeEvent, ComposeTask } from './compose-in-pool.ts';
import type { FitTask } from './fit-in-pool.ts';

// The file that the pool of the image-generation service runs in its child processes.
configureSharp();

const compose: WorkerTask = async (task: ComposeTask, { progress, signal }): Promise<ComposedFrame> => {
  const tell = (event: ComposeEvent) => progress(event);
  const frame = await renderFirstFrame({
    ...task,
    signal,
    cutouts: createCutoutCache(),
    onProgress: ({ done, total, detail, stage }) =>
      tell({ kind: 'progress', done, total, detail: `${stage} ${detail}` }),
    ...(task.preview && {
      onPreview: ({ bytes, mimeType, width, height }) =>
        tell({ kind: 'preview', bytes, mediaType: mimeType, width, height }),
    }),
  });
  return {
    image: await encodeFrame(frame, 'png'),
    width: frame.width,
    height: frame.height,
    engine: `${frame.engine.name} ${frame.engine.version}`,
    characters: frame.placed.map(({ id, method, quality, box }) => ({ id, method, quality, box })),
    looks: frame.looks,
    ignoredWords: frame.ignoredWords,
  };
};

const fit: WorkerTask = ({ picture, ...how }: FitTask): Promise<Buffer> => fitPicture(picture, how);

const collage: WorkerTask = async (task: CollageTask, { signal }): Promise<ImageBytes> => {
  const { maxSidePixels, maxSizeBytes } = task;
  const sheet = await drawCollage(task.pictures, maxSidePixels);
  const { data, mediaType, width, height } = await compressImage(sheet.bytes, {
    maxSizeBytes,
    acceptedFormats: ['jpeg'],
    background: '#ffffff',
    signal,
  });
  return { bytes: data, mediaType, size: { widthPx: width, heightPx: height } };
};

serveWorker({ compose, fit, collage });
