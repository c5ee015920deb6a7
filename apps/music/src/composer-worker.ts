import { withStorageErrors } from '@framesong/errors';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  joinSections,
  parseLyrics,
  planSong,
  renderSectionToFile,
  SAMPLE_RATE_HZ,
  writeSong,
  type SongPlan,
} from '@framesong/composer';
import { serveWorker, type WorkerTask } from '@framesong/workers';
import type {
  JoinedSong,
  JoinTask,
  LyricsFacts,
  PlanTask,
  RenderedSection,
  RenderTask,
  ValidateTask,
  WrittenPlan,
} from './composer-tasks.ts';

// The file that the pools of the music service run in their child processes.
const plan: WorkerTask = (request: PlanTask): WrittenPlan => {
  const song = planSong(request);
  const { bpm, key, profile, durationSeconds, warnings } = song;
  const sections = song.sections.map(({ tag, startSeconds, durationSeconds, notes }) => ({
    tag,
    startSeconds,
    durationSeconds,
    syllables: notes.filter((note) => note.syllable !== undefined).length,
  }));
  return { json: Buffer.from(JSON.stringify(song)), bpm, key, profile, durationSeconds, sections, warnings };
};

const validate: WorkerTask = ({ lyrics }: ValidateTask): LyricsFacts => {
  const { sections, warnings } = parseLyrics(lyrics);
  return {
    sections: sections.map(({ tag, lines }) => ({
      tag,
      lines: lines.length,
      syllables: lines.reduce((sum, line) => sum + line.syllables.length, 0),
    })),
    warnings,
  };
};

const render: WorkerTask = ({ planPath, index, path }: RenderTask, { progress, signal }) =>
  withStorageErrors(dirname(path), async (): Promise<RenderedSection> => {
    const onProgress = (doneSeconds: number, totalSeconds: number) => progress({ doneSeconds, totalSeconds });
    const unsynced = `${path}.unsynced`;
    const { sizeBytes } = await renderSectionToFile(await readPlan(planPath), index, unsynced, { signal, onProgress });
    // The step is stored as finished in a database that survives a power cut: so must the file.
    await syncFile(unsynced);
    await rename(unsynced, path);
    return { sizeBytes };
  });

const join: WorkerTask = ({ planPath, sectionPaths, folder, formats }: JoinTask, { signal }) =>
  withStorageErrors(folder, async (): Promise<JoinedSong> => {
    const song = await readPlan(planPath);
    const { pcm, loudness } = await joinSections(song, sectionPaths, { signal });
    const files = await writeSong(song, pcm, folder, formats, { signal });
    return {
      files: files.map(({ format, path, mediaType }) => ({ format, path, mediaType })),
      durationSeconds: pcm.left.length / SAMPLE_RATE_HZ,
      loudnessLufs: loudness.integratedLufs,
      truePeakDbtp: loudness.truePeakDbtp,
      engine: `${song.engine.name} ${song.engine.version}`,
    };
  });

async function readPlan(path: string): Promise<SongPlan> {
  return JSON.parse(await readFile(path, 'utf8')) as SongPlan;
}

async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

serveWorker({ plan, validate, render, join });
