/** How the budget counts: bytes of the file, or characters of its base64 text. */
export type BudgetEncoding = 'binary' | 'base64';

/** Length of the base64 text of `sizeBytes` bytes, padding included (RFC 4648). */
export function base64SizeOf(sizeBytes: number): number {
  return 4 * Math.ceil(sizeBytes / 3);
}

/** What a file of `sizeBytes` counts against a budget. */
export function countedSize(sizeBytes: number, encoding: BudgetEncoding): number {
  return encoding === 'base64' ? base64SizeOf(sizeBytes) : sizeBytes;
}

/** The largest file whose counted size is within `maxSizeBytes`. */
export function fileBudget(maxSizeBytes: number, encoding: BudgetEncoding): number {
  return encoding === 'base64' ? 3 * Math.floor(maxSizeBytes / 4) : maxSizeBytes;
}
