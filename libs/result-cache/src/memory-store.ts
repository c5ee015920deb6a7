import { weightOf, type Entry } from './entry.ts';

/** Share of the whole that one entry may take: a single giant would throw out everything else. */
const LARGEST_SHARE = 1 / 4;

/** The entries used last, within a number of bytes. */
export class MemoryStore<Facts> {
  // A Map keeps the order of insertion: the first is the one that was not used for longest.
  private readonly entries = new Map<string, Entry<Facts>>();
  private readonly limitBytes: number;
  private sizeBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get(key: string): Entry<Facts> | undefined {
    const entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  set(key: string, entry: Entry<Facts>): void {
    if (weightOf(entry) > this.limitBytes * LARGEST_SHARE) return;
    this.delete(key);
    this.entries.set(key, entry);
    this.sizeBytes += weightOf(entry);
    for (const oldest of this.entries.keys()) {
      if (this.sizeBytes <= this.limitBytes) return;
      this.delete(oldest);
    }
  }

  private delete(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.sizeBytes -= weightOf(entry);
  }
}
