import { existsSync, readFileSync } from 'node:fs';
import type { RecordedWork } from './history.ts';
import type { Life, Member } from './member.ts';
import { withoutPauses } from './overlaps.ts';
import type { Note } from './paid-job.ts';

/** A note as it stands in the journal. */
type Line = Note & { readonly pid: number; readonly atMs: number };

/** What the paid workers did, from what they wrote down: a kill ends what it hit, and a frozen process does nothing. */
export function worksOf(journal: string, members: readonly Member[]): RecordedWork[] {
  if (!existsSync(journal)) return [];
  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  const works: RecordedWork[] = [];
  const lives = new Map(
    members.flatMap((member) => member.lives.map((life) => [life.pid, { life, executorId: member.executorId }])),
  );
  // Several can be open under one key: a run that was lost may still be ending when the next begins.
  const open = new Map<string, Line[]>();
  const close = (line: Line, endedAtMs: number): void => {
    const owner = lives.get(line.pid);
    if (owner === undefined) return;
    works.push(...worked(line, endedAtMs, owner));
  };
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    const isEnd = line.what.endsWith(' ended');
    const key = `${line.pid} ${line.what.replace(' ended', '')} ${line.jobId} ${line.step ?? ''}`;
    const begun = open.get(key) ?? [];
    if (!isEnd) open.set(key, [...begun, line]);
    else {
      const [first, ...rest] = begun;
      open.set(key, rest);
      if (first !== undefined) close(first, line.atMs);
    }
  }
  for (const line of [...open.values()].flat()) close(line, lives.get(line.pid)?.life.endedAtMs ?? Date.now());
  return works;
}

function worked(line: Line, toMs: number, { life, executorId }: { life: Life; executorId: string }): RecordedWork[] {
  const { jobId, step, atMs: fromMs } = line;
  // Between its steps a run waits for the database at the most, which takes nobody's place.
  if (line.what === 'run') return [];
  const begun: RecordedWork = { what: 'step', executorId, jobId, step, fromMs, toMs };
  return [begun, ...withoutPauses({ ...begun, what: 'work' as const }, life.pauses)];
}
