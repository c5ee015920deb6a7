import type { ClientDuplexStream, ClientWritableStream } from '@grpc/grpc-js';

type Requests = ClientWritableStream<unknown> | ClientDuplexStream<unknown, unknown>;

const OVER = Symbol('the call is over');

/**
 * Sends the requests of a call, each when the one before has left, and half-closes. Stops when the call is over, and then
 * gives the source the chance to free what it holds.
 * @throws what the source throws
 */
export async function sendRequests(requests: AsyncIterable<unknown>, call: Requests): Promise<void> {
  const source = requests[Symbol.asyncIterator]();
  let over = false;
  call.once('status', () => {
    over = true;
  });
  const isOver = () => over;
  for (;;) {
    const next = await unlessOver(call, isOver, source.next());
    if (next === OVER) break;
    if (next.done) {
      call.end();
      return;
    }
    const sent = new Promise<void>((resolve) => call.write(next.value, () => resolve()));
    if ((await unlessOver(call, isOver, sent)) === OVER) break;
  }
  // Not awaited: a source that waits for something of its own would answer only then.
  source.return?.().catch(() => undefined);
}

/** Not `Promise.race` with one lasting promise: that would gather a reaction per message. */
function unlessOver<T>(call: Requests, isOver: () => boolean, work: Promise<T>): Promise<T | typeof OVER> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(OVER);
    call.once('status', stop);
    work.then(resolve, reject).finally(() => call.off('status', stop));
    if (isOver()) stop();
  });
}
