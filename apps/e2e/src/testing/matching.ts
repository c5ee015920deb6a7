/** A place in an expected value that takes every text of a form. */
export function matching(pattern: RegExp | string): unknown {
  return expect.stringMatching(pattern);
}
