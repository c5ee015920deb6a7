import type { CompressResult, OutputFormat } from '@framesong/compression';

/** One picture under one budget. */
export interface CompressionJob {
  readonly path: string;
  readonly budget: number;
  /** Longest side in pixels; 0 for none. */
  readonly side: number;
}

/** What was made of a job, without the bytes. */
export type Made = Omit<CompressResult, 'data'>;

/** Ways to do a job inside one process with sharp. */
export type Method = 'ours' | 'limit' | 'sharp-search' | 'mozjpeg-search';

/** A question to the process that encodes. */
export interface EncodeQuestion {
  readonly kind: 'encode';
  readonly method: Method;
  readonly job: CompressionJob;
  /** Formats that ours may take. */
  readonly accepted: readonly OutputFormat[];
  /** Where the result goes. */
  readonly output: string;
  /** What ours made: the limit makes the same and knows how. */
  readonly made?: Made;
}

/** The answer. */
export interface EncodeAnswer {
  readonly kind: 'encoded';
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly sizeBytes: number;
  /** Of ours. */
  readonly made?: Made;
}

export const WHITE = '#ffffff';
