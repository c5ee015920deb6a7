/** The entries that were used last, at most so many. */
export class RecentMap<T> {
  // A Map keeps the order of insertion: the first is the one that was not used for longest.
  private readonly entries = new Map<string, T>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.set(key, entry);
    return entry;
  }

  set(key: string, entry: T): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.most) return;
      this.entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
