import { FramesongError } from '@framesong/errors';

interface Holder {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Lets the newest caller of a key win: a client whose connection broke comes back while the server still waits for the
 * old connection. The older work is ended and awaited before the newer one starts.
 */
export class LatestOnly {
  private readonly holders = new Map<string, Holder>();

  async run<T>(key: string, work: (superseded: AbortSignal) => Promise<T>): Promise<T> {
    const before = this.holders.get(key);
    const abort = new AbortController();
    const ended = Promise.withResolvers<undefined>();
    const holder: Holder = { abort, ended: ended.promise };
    this.holders.set(key, holder);
    before?.abort.abort(superseded());
    await before?.ended;
    try {
      if (abort.signal.aborted) throw superseded();
      return await work(abort.signal);
    } finally {
      ended.resolve(undefined);
      if (this.holders.get(key) === holder) this.holders.delete(key);
    }
  }
}

function superseded(): FramesongError {
  return new FramesongError('a newer call has taken over this upload', {
    code: 'ABORTED',
    reason: 'UPLOAD_SUPERSEDED',
  });
}
