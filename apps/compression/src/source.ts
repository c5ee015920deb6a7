/** The content of an image: its bytes, or the path of the file that it waits in until this is disposed. */
interface HeldContent extends AsyncDisposable {
  readonly content: Buffer | string;
}

/** An image that has come in whole, with its digest. */
export interface Source extends HeldContent {
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /**
   * Keeps the file for one more holder, until that is disposed too: work that other callers have joined goes on when the
   * caller whose source it reads has gone.
   */
  hold(): HeldContent;
}
