import type { CompressResult } from '@framesong/compression';
import type { PoolOptions } from './compression-options.ts';

/** Work of the `compress` task. The content is the bytes of the source, or the path of its file. */
export interface CompressTask {
  readonly content: Uint8Array | string;
  readonly options: PoolOptions;
}

/** What the `compress` task gives. */
export interface MadeResult extends CompressResult {
  /** Of the data: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Work of the `inspect` task. */
export interface InspectTask {
  readonly prefix: Uint8Array;
}
