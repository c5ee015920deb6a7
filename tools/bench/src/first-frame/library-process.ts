import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createCutoutCache, encodeFrame, renderFirstFrame } from '@framesong/compositor';
import { compressImage, configureSharp } from '@framesong/compression';
import { answerBench, ownCpuMs, tellBench } from '../processes/answering.ts';
import { FRAME, type FrameInput } from './frame-input.ts';
import type { LibraryRun } from './library-run.ts';

// The work of a first frame by the libraries alone: what the services do, without calls, jobs, storage and other processes.
configureSharp();

/** As image-generation asks compression for references by default. */
const REFERENCE = {
  maxSizeBytes: 300 * 1024,
  maxSidePixels: 2048,
  acceptedFormats: ['jpeg', 'webp', 'png'],
  background: '#ffffff',
} as const;

answerBench({
  make: async ({ input }: { input: FrameInput }): Promise<LibraryRun & { kind: string }> => {
    const cpuAtStart = ownCpuMs();
    const startedAt = performance.now();
    const files = [input.scene, ...input.characters.map(({ file }) => file)];
    const [scene, ...figures] = await Promise.all(files.map((file) => compressImage(readFileSync(file), REFERENCE)));
    let previewMs = 0;
    const frame = await renderFirstFrame({
      ...FRAME,
      prompt: input.prompt,
      negativePrompt: '',
      style: '',
      scene: scene!.data,
      characters: input.characters.map(({ id, name }, index) => ({ id, name, image: figures[index]!.data })),
      cutouts: createCutoutCache(),
      onPreview: () => {
        previewMs = performance.now() - startedAt;
      },
    });
    const image = await encodeFrame(frame, 'png');
    const wallMs = performance.now() - startedAt;
    const sha256 = createHash('sha256').update(image).digest('hex');
    return { kind: 'made', wallMs, cpuMs: ownCpuMs() - cpuAtStart, previewMs, sha256 };
  },
});
tellBench({ kind: 'ready' });
