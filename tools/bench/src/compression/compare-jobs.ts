import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { OutputFormat } from '@framesong/compression';
import type { Tally } from '../measure/tally.ts';
import type { NodeProcess } from '../processes/node-process.ts';
import type { PeerName } from './debian-tools.ts';
import type { EncodeAnswer, EncodeQuestion, Made, Method } from './job.ts';
import { PEER_METHODS } from './peer-methods.ts';
import type { PeerRunner } from './peers.ts';
import type { BenchPicture } from './pictures.ts';
import type { QualityJudge } from './quality-judge.ts';
import { originalOf } from './sharp-methods.ts';

/** What is asked of every picture. */
export interface Condition {
  readonly name: string;
  readonly budget: number;
  /** Longest side in pixels; 0 for none. */
  readonly side: number;
  readonly accepted: readonly OutputFormat[];
  /** Who else does it. */
  readonly rivals: readonly (Exclude<Method, 'ours' | 'limit'> | PeerName)[];
  /** Ours and the best known search are judged by eye, as far as a metric has one. */
  readonly judged: boolean;
}

/** One picture under one condition. */
export interface ComparedJob {
  readonly picture: BenchPicture;
  readonly made: Made;
  readonly oursMs: number;
  readonly limitMs: number;
  readonly rivalMs: Readonly<Partial<Record<Condition['rivals'][number], number>>>;
  /** Scores of ours and of the sharp search. */
  readonly scores?: { readonly ours: number; readonly search: number };
}

/** Everything that the jobs are done with. */
export interface Contest {
  readonly encoder: NodeProcess;
  readonly peers: PeerRunner | undefined;
  readonly there: ReadonlyMap<PeerName, string>;
  readonly judge: QualityJudge | undefined;
  readonly folder: string;
  readonly tally: Tally;
  /** Times that ours and the limit are run in turn; the least of each counts, since company only adds. */
  readonly rounds: number;
}

/** Does one job in all ways, one after the other. Undefined, and counted, when ours failed. */
export async function compareJob(
  contest: Contest,
  picture: BenchPicture,
  condition: Condition,
): Promise<ComparedJob | undefined> {
  const { encoder, folder, rounds, tally } = contest;
  const { budget, side, accepted } = condition;
  const job = { path: picture.path, budget, side };
  const files = { ours: join(folder, 'ours'), limit: join(folder, 'limit'), search: join(folder, 'search') };
  const ask = (method: Method, output: string, made?: Made) =>
    encoder.ask<EncodeAnswer>(
      {
        kind: 'encode',
        method,
        job,
        accepted,
        output,
        ...(made && { made }),
      } satisfies EncodeQuestion as EncodeQuestion,
      'encoded',
    );
  const runs: { ours: EncodeAnswer; limit: EncodeAnswer }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await tally.attempt(`${picture.name} at ${condition.name}`, () => ask('ours', files.ours));
    if (!ours) return undefined;
    runs.push({ ours, limit: await ask('limit', files.limit, ours.made) });
  }
  const rivalMs: Partial<Record<Condition['rivals'][number], number>> = {};
  for (const rival of condition.rivals) {
    const cpuMs = await rivalCpuMs(rival);
    if (cpuMs !== undefined) rivalMs[rival] = cpuMs;
  }
  const made = runs[0]!.ours.made!;
  const scores = condition.judged && rivalMs['sharp-search'] !== undefined ? await scoresOf(made) : undefined;
  return {
    picture,
    made,
    oursMs: Math.min(...runs.map(({ ours }) => ours.cpuMs)),
    limitMs: Math.min(...runs.map(({ limit }) => limit.cpuMs)),
    rivalMs,
    ...(scores && { scores }),
  };

  async function rivalCpuMs(rival: Condition['rivals'][number]): Promise<number | undefined> {
    try {
      if (rival === 'sharp-search') return (await ask(rival, files.search)).cpuMs;
      if (rival === 'mozjpeg-search') return (await ask(rival, join(folder, 'mozjpeg'))).cpuMs;
      if (!contest.peers || !contest.there.has(rival)) return undefined;
      const [fineJpeg, output] = [join(folder, 'fine.jpg'), join(folder, 'peer')];
      await rm(output, { force: true });
      if (rival === 'jpegoptim')
        await originalOf(await readFile(job.path), job)
          .jpeg({ quality: 97 })
          .toFile(fineJpeg);
      return (await PEER_METHODS[rival](contest.peers, { job, picture, fineJpeg, output })).cpuMs;
    } catch {
      // A peer that cannot read a picture is not compared on it; `runs` of the figure tells how many it was.
      return undefined;
    }
  }

  async function scoresOf(of: Made): Promise<ComparedJob['scores']> {
    return contest.judge?.compare(job, of, files.ours, files.search);
  }
}
