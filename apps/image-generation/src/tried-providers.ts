import type { FramesongError } from '@framesong/errors';
import type { JobNotes } from '@framesong/jobs';
import type { AskedModel, TriedFacts } from './first-frame-input.ts';
import { candidateName, type WantedFrame } from './wanted-frame.ts';

/** `jiekou/flux-2-dev`, as people and settings write it. */
export function namedModel({ provider, model }: AskedModel): string {
  return `${provider}/${model}`;
}

/** Name of the note that says who could not be asked for a picture. */
export function triedNote(wanted: WantedFrame): string {
  return `tried ${candidateName(wanted)}`.trimEnd();
}

/** Who could not be asked by earlier runs. */
export async function readTried(notes: JobNotes, note: string): Promise<readonly TriedFacts[]> {
  // What was noted under this name is what `triedOf` made.
  return ((await notes.get(note)) ?? []) as unknown as readonly TriedFacts[];
}

/** What came of asking one of them. `error` undefined: it made the picture. */
export function triedOf(
  { provider, model }: AskedModel,
  error: FramesongError | undefined,
  startedAtMs: number,
): TriedFacts {
  const tookMs = Math.round(performance.now() - startedAtMs);
  if (!error) return { provider, model, status: 'OK', tookMs };
  const { code, reason, message, outcome } = error;
  return { provider, model, status: code, tookMs, reason, message, ...(outcome && { outcome }) };
}

/**
 * The error of the last one that was asked, which says who was asked before.
 * @param leftOut for whom too little time was left
 */
export function withTried(
  error: FramesongError,
  tried: readonly TriedFacts[],
  leftOut: AskedModel | undefined,
): FramesongError {
  const lines = tried.map(
    ({ status, reason = '', outcome = '', tookMs, ...who }) =>
      `${namedModel(who)} ${status} ${reason} ${outcome} ${tookMs} ms`,
  );
  const before = tried.slice(0, -1).map(namedModel);
  const words = [
    ...(before.length > 0 ? [`after ${before.join(' and ')} could not be asked`] : []),
    ...(leftOut ? [`too little time was left for ${namedModel(leftOut)}`] : []),
  ];
  const told = words.length === 0 ? error : error.prefixed(words.join('; '));
  return told.with({ metadata: { tried: lines.join('; ') } });
}
