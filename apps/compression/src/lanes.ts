/** Runs work that was handed in, so many at a time, in the order in which it came. */
export type Lanes = <T>(work: () => Promise<T>) => Promise<T>;

/** @param width how many run at once */
export function createLanes(width: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
