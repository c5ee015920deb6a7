/** Passes events on, and `undefined` whenever none came for `intervalMs`. */
export async function* withHeartbeat<T>(events: AsyncIterable<T>, intervalMs: number): AsyncGenerator<T | undefined> {
  const iterator = events[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const result = await orBeat(next, intervalMs);
      if (result === 'beat') yield undefined;
      else {
        if (result.done) return;
        next = iterator.next();
        yield result.value;
      }
    }
  } finally {
    // The pending read ends with the signal that it was given; nobody is left to hear of it.
    next.catch(() => undefined);
    void iterator.return?.();
  }
}

async function orBeat<T>(next: Promise<IteratorResult<T>>, intervalMs: number): Promise<IteratorResult<T> | 'beat'> {
  let timer: NodeJS.Timeout | undefined;
  const beat = new Promise<'beat'>((resolve) => {
    timer = setTimeout(() => resolve('beat'), intervalMs);
  });
  try {
    return await Promise.race([next, beat]);
  } finally {
    clearTimeout(timer);
  }
}
