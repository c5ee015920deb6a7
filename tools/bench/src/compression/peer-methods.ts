import { CONVERT, type PeerName } from './debian-tools.ts';
import type { CompressionJob } from './job.ts';
import type { PeerRun, PeerRunner } from './peers.ts';
import type { BenchPicture } from './pictures.ts';

/** What a peer works on and where it writes. */
export interface PeerWork {
  readonly job: CompressionJob;
  readonly picture: BenchPicture;
  /** What jpegoptim begins with, since it cannot resize: a JPEG of high quality in the right size, made for nothing. */
  readonly fineJpeg: string;
  readonly output: string;
}

/** How each peer is asked to do a job; as its own manual says. */
export const PEER_METHODS: Readonly<Record<PeerName, (runner: PeerRunner, work: PeerWork) => Promise<PeerRun>>> = {
  pillow: (runner, { job, output }) => runner.pillow({ ...job, output }),
  imagemagick: (runner, { job: { path, budget, side }, output }) =>
    runner.run([
      CONVERT,
      path,
      '-auto-orient',
      ...['-background', 'white', '-flatten'],
      ...(side > 0 ? ['-resize', `${side}x${side}>`] : []),
      ...['-define', `jpeg:extent=${budget}`],
      `jpeg:${output}`,
    ]),
  jpegoptim: (runner, { job, fineJpeg }) =>
    runner.run(['jpegoptim', '-q', '-f', `--size=${Math.floor(job.budget / 1024)}k`, '--stdout', fineJpeg]),
  cwebp: (runner, { job: { path, budget, side }, picture, output }) =>
    runner.run([
      ...['cwebp', '-quiet', '-size', String(budget)],
      ...(side > 0 && picture.longestSide > side ? cwebpResize(picture, side) : []),
      ...[path, '-o', output],
    ]),
};

/** 0 keeps the proportion. */
function cwebpResize({ width, height }: BenchPicture, side: number): string[] {
  const sides = width >= height ? [side, 0] : [0, side];
  return ['-resize', ...sides.map(String)];
}
