import type { Framesong } from '@framesong/client';
import type { JobEvent } from '@framesong/contracts/job/v1/job';

/** What a watcher of one job saw. */
export interface Seen {
  readonly events: readonly { readonly event: JobEvent; readonly atMs: number }[];
  /** Messages that tell only that the job is watched. */
  readonly heartbeats: number;
  /** The longest time between two messages. */
  readonly longestQuietMs: number;
  /** Times that the stream broke off. */
  readonly disconnects: number;
}

/** Watches a job by one stream after another until it has ended; a stream that breaks off is counted and begun again. */
export async function watchSong({ music }: Framesong, jobId: string, limitMs: number): Promise<Seen> {
  const events: { event: JobEvent; atMs: number }[] = [];
  let [heartbeats, longestQuietMs, disconnects] = [0, 0, 0];
  const endMs = Date.now() + limitMs;
  let heardAtMs = Date.now();
  while (Date.now() < endMs) {
    const afterSequence = events.at(-1)?.event.sequence ?? 0n;
    try {
      for await (const { event } of music.jobs.watchJob({ jobId, afterSequence }, { timeoutMs: endMs - Date.now() })) {
        const atMs = Date.now();
        longestQuietMs = Math.max(longestQuietMs, atMs - heardAtMs);
        heardAtMs = atMs;
        if (event) events.push({ event, atMs });
        else heartbeats++;
      }
      return { events, heartbeats, longestQuietMs, disconnects };
    } catch {
      disconnects++;
    }
  }
  throw new Error(`the job did not end within ${limitMs / 1000} s`);
}
