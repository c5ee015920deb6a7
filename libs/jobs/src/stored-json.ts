/**
 * A value as JSON that PostgreSQL can store: the zero character, which it refuses, becomes the replacement character.
 * @throws TypeError for what has no JSON: cycles, BigInt.
 */
export function storedJson(value: unknown): string {
  // An even number of backslashes before it are characters of their own and not part of the escape.
  return JSON.stringify(value ?? null).replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}

/** Text without the zero character. */
export function storedText(text: string): string {
  return text.replaceAll('\0', '\ufffd');
}
