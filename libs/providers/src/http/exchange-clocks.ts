import type { Readable } from 'node:stream';
import { deadlineExceeded, type FramesongError } from '@framesong/errors';
import { timeLimit } from './time-limit.ts';

/** Limits of the phases of one exchange; an absent one never fires. */
export interface PhaseLimits {
  /** From the moment a connection is there to the first byte of the answer. */
  readonly firstByteMs?: number | undefined;
  /** Between two pieces of the request's body that the provider takes. */
  readonly writeMs?: number | undefined;
  /** Between two signs of the provider, once the request is written. */
  readonly readMs?: number | undefined;
}

/** The clocks of one exchange. Whoever is slow on this side of the wire costs none of their time. */
export interface ExchangeClocks {
  /** Fires with `PROVIDER_TIMEOUT`; the `stage` is `first byte`, `write` or `read`. */
  readonly signal: AbortSignal;
  /** The body as it is to be written, so that its headway shows. */
  bodyOf(bytes: Buffer): Buffer | Readable;
  /** The first byte of the request is about to be written. */
  sending(): void;
  /** The head of the answer has come. */
  answered(): void;
  /** The body of the answer, under the same limits. */
  reading(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  stop(): void;
}

/**
 * Large enough that a socket says of each piece when the system has taken all of it: Node's sockets hold back from 64 KiB on.
 * What fits into the system's own buffers counts as written, as everywhere.
 */
const PIECE_BYTES = 64 * 1024;

export function exchangeClocks(provider: string, limits: PhaseLimits): ExchangeClocks {
  const { firstByteMs, writeMs, readMs } = limits;
  const firstByte = timeLimit(firstByteMs, () => tooLate(provider, 'first byte', 'sent nothing within', firstByteMs));
  const write = timeLimit(writeMs, () => tooLate(provider, 'write', 'took nothing of the request for', writeMs));
  const read = timeLimit(readMs, () => tooLate(provider, 'read', 'sent nothing for', readMs));
  let isPaced = false;

  function* paced(bytes: Buffer): Generator<Uint8Array> {
    try {
      for (const piece of piecesOf(bytes)) {
        write.start();
        yield piece;
      }
      read.start();
    } finally {
      write.stop();
    }
  }

  return {
    signal: AbortSignal.any([firstByte.signal, write.signal, read.signal]),
    bodyOf(bytes) {
      if (writeMs === undefined || bytes.length === 0) return bytes;
      isPaced = true;
      // undici documents that it takes any iterable; its types know streams only, which would read ahead of the socket.
      return paced(bytes) as unknown as Readable;
    },
    sending() {
      firstByte.start();
      if (!isPaced) read.start();
    },
    answered() {
      firstByte.stop();
      read.stop();
    },
    async *reading(body) {
      read.start();
      try {
        for await (const chunk of body) {
          read.stop();
          yield chunk;
          read.start();
        }
      } finally {
        read.stop();
      }
    },
    stop() {
      for (const clock of [firstByte, write, read]) clock.stop();
    },
  };
}

/** Pieces of at least {@link PIECE_BYTES} and less than twice as much; a smaller body is one piece. */
function piecesOf(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.floor(bytes.length / PIECE_BYTES));
  const ends = Array.from({ length: count }, (_, at) => (at === count - 1 ? bytes.length : (at + 1) * PIECE_BYTES));
  return ends.map((end, at) => bytes.subarray(at * PIECE_BYTES, end));
}

function tooLate(provider: string, stage: string, what: string, limitMs = 0): FramesongError {
  return deadlineExceeded(`${provider} ${what} ${limitMs} ms`, { provider, stage, limitMs: String(limitMs) }).with({
    reason: 'PROVIDER_TIMEOUT',
  });
}
