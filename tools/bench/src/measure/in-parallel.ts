const AT_ONCE = 4;

/** What `work` gives for each item, in their order; those that run into a time limit mostly wait, so some run side by side. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<(readonly [T, R])[]> {
  const results: (readonly [T, R])[] = [];
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = [item, await work(item)];
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
