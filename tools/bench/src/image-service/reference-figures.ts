import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FirstFrame } from '@framesong/contracts/image/v1/first_frame';
import { msOfDuration } from '@framesong/rpc';
import sharp from 'sharp';
import type { Figure } from '../bench.ts';
import { cacheFolder } from '../compression/cache-folder.ts';
import { drawPictures } from '../compression/drawn-pictures.ts';
import { ensurePeers } from '../compression/debian-tools.ts';
import { startPeerRunner } from '../compression/peers.ts';
import { failures, measured, ratio } from '../measure/figures.ts';
import { interleave } from '../measure/interleave.ts';
import type { Tally } from '../measure/tally.ts';
import { makeFrame, uploadAll } from './frame-calls.ts';
import type { ProviderStack } from './provider-stack.ts';

/** A scene and six characters. */
const REFERENCES = 7;
const LEGACY_BUDGET = 300 * 1024;

/** How long seven photographs of 12 megapixels take until they are ready to be sent, against one after another in Pillow. */
export async function referenceFigures(
  { stack }: ProviderStack,
  limits: { readonly pairs: number; readonly budgetMs: number },
  say: (text: string) => void,
  frames: Tally,
): Promise<Figure[]> {
  const pictures = await drawReferences(cacheFolder('references-12-megapixels'));
  let round = 0;
  const byService = () =>
    frames.attempt('seven references', async () => {
      // What was prepared before would not be prepared again, so each round has files of its own.
      const files = pictures.map((path) => marked(readFileSync(path), `round ${round} of ${process.pid}`));
      round++;
      const references = await uploadAll(stack.framesong, files);
      const frame = await makeFrame(stack.framesong, { provider: 'ark', references, width: 1280, height: 720 });
      return preparedMs(frame.stages);
    });
  await byService();
  const pillow = ensurePeers(say).get('pillow');
  if (pillow === undefined) return [measured('seven_references_ms', 'ms', [(await byService()) ?? NaN])];
  await using peers = startPeerRunner();
  const output = join(cacheFolder('references-12-megapixels'), 'legacy');
  const byLadder = async () => {
    let wallMs = 0;
    for (const path of pictures) {
      wallMs += (await peers.pillow({ path, budget: LEGACY_BUDGET, side: 0, output })).wallMs;
    }
    return wallMs;
  };
  const { ours, theirs } = await interleave(limits, byService, byLadder);
  const against = `${pillow}, the ladder of qualities and scales, one after the other, at full size`;
  return [
    measured('seven_references_ms', 'ms', ours, 'from stored files to pictures within their budget'),
    measured('seven_references_ladder_ms', 'ms', theirs, against),
    ratio('seven_references_vs_ladder', ours, theirs, against),
    ...failures('reference_frames', frames),
  ];
}

/** Fetching and preparing, as the frame itself tells. */
function preparedMs(stages: FirstFrame['stages']): number {
  const ofInterest = stages.filter(({ name }) => /^(?:fetch|prepare) references$/.test(name));
  if (ofInterest.length !== 2) throw new Error(`no times of references among ${stages.map(({ name }) => name).join()}`);
  return ofInterest.reduce((sum, { duration }) => sum + msOfDuration(duration)!, 0);
}

/** Seven pictures with the grain of a camera, as JPEG of high quality. */
async function drawReferences(folder: string): Promise<string[]> {
  const cameras = (await drawPictures(cacheFolder('drawn-pictures'))).filter((path) => path.includes('camera-'));
  return Promise.all(
    Array.from({ length: REFERENCES }, async (_, index) => {
      const path = join(folder, `reference-${index + 1}.jpg`);
      const source = sharp(cameras[index % cameras.length]).modulate({ hue: index * 40 });
      await writeFile(path, await source.jpeg({ quality: 95 }).toBuffer());
      return path;
    }),
  );
}

/** The same JPEG with a comment, and so with another digest. Source: ITU-T T.81, B.2.4.5. */
function marked(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment);
  const head = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, text, jpeg.subarray(2)]);
}
