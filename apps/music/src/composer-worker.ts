import { withStorageErrors } from '@framesong/errors';
import { readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  checkLyricLimits,
  finishSegmentFile,
  parseLyrics,
  planSong,
  renderSectionToFile,
  replaceSection,
  segmentLevels,
  writeExcerpt,
  writeSurroundings,
  type SongPlan,
} from '@framesong/composer';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import type {
  ExcerptTask,
  FinishedSegment,
  FinishTask,
  LyricsFacts,
  PlanTask,
  RenderedSection,
  RenderTask,
  ReplanTask,
  SurroundTask,
  ValidateTask,
  WrittenPlan,
} from './composer-tasks.ts';
import { joinTask } from './join-task.ts';

// The file that the pools of the music service run in their child processes.
const plan: WorkerTask = (request: PlanTask): WrittenPlan => factsOf(planSong(request));

const replan: WorkerTask = ({ json, index, replacement }: ReplanTask): WrittenPlan =>
  factsOf(replaceSection(JSON.parse(Buffer.from(json).toString()) as SongPlan, index, replacement));

function factsOf(song: SongPlan): WrittenPlan {
  const { bpm, key, profile, durationSeconds, warnings } = song;
  const levels = segmentLevels(song.sections);
  const sections = song.sections.map(({ tag, startSeconds, durationSeconds, notes, lines }, index) => ({
    tag,
    startSeconds,
    durationSeconds,
    syllables: notes.filter((note) => note.syllable !== undefined).length,
    lines: lines.map(({ text }) => text),
    lufs: levels[index]!,
  }));
  return { json: Buffer.from(JSON.stringify(song)), bpm, key, profile, durationSeconds, sections, warnings };
}

const SIZE_SECONDS = { short: 6, medium: 14, long: 28 } as const;

const validate: WorkerTask = ({ lyrics, engine, limits }: ValidateTask): LyricsFacts => {
  const parsed = parseLyrics(lyrics);
  checkLyricLimits(parsed, limits, engine);
  return {
    sections: parsed.sections.map(({ tag, lines, size = 'short' }) => ({
      tag,
      lines: lines.map(({ text }) => text),
      syllables: lines.reduce((sum, line) => sum + line.syllables.length, 0),
      durationSeconds: SIZE_SECONDS[size],
    })),
    warnings: parsed.warnings,
  };
};

const render: WorkerTask = ({ planPath, index, path }: RenderTask, { progress, signal }) =>
  withStorageErrors(dirname(path), async (): Promise<RenderedSection> => {
    const onProgress = (doneSeconds: number, totalSeconds: number) => progress({ doneSeconds, totalSeconds });
    const song = JSON.parse(await readFile(planPath, 'utf8')) as SongPlan;
    return renderSectionToFile(song, index, path, { signal, onProgress });
  });

const finish: WorkerTask = ({ source, path }: FinishTask) =>
  withStorageErrors(dirname(path), async (): Promise<FinishedSegment> => {
    const segment = await finishSegmentFile(source, `${path}.partial`);
    await rename(`${path}.partial`, path);
    return segment;
  });

const excerpt: WorkerTask = ({ segmentPath, startSeconds, endSeconds, path }: ExcerptTask) =>
  withStorageErrors(dirname(path), () => writeExcerpt(segmentPath, { startSeconds, endSeconds }, path));

const surround: WorkerTask = ({ path, ...surroundings }: SurroundTask) =>
  withStorageErrors(dirname(path), () => writeSurroundings(surroundings, path));

serveWorker({ plan, replan, validate, render, finish, excerpt, surround, join: joinTask });
