/** The three kinds of call that are compared. */
export type LoadName = '1kb' | '300kb' | '20mb';

/** A batch of calls. */
export interface Batch {
  readonly load: LoadName;
  readonly calls: number;
  /** Calls under way at once. */
  readonly concurrency: number;
}

/** What a client counted of a batch. */
export interface BatchRun {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly tried: number;
  readonly failed: number;
  /** What the first failure said. */
  readonly failure: string | undefined;
}

/** Bytes of an answer or question by load. */
export const UNARY_BYTES: Readonly<Record<'1kb' | '300kb', number>> = { '1kb': 1024, '300kb': 300 * 1024 };
export const UPLOAD_BYTES = 20 * 1024 * 1024;
/** As the client library cuts uploads. */
export const CHUNK_BYTES = 256 * 1024;
/** Both sides give every call this deadline. */
export const DEADLINE_MS = 60_000;

/** One call of each kind; rejects when it failed or the answer is wrong. */
export interface Caller {
  readonly unary: (source: Buffer) => Promise<Buffer>;
  readonly upload: (content: Buffer) => Promise<bigint>;
}
