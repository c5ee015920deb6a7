import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from '@framesong/telemetry';
import { entryFileParts, readEntryFile } from './entry-file.ts';
import { weightOf, type Entry } from './entry.ts';
import { sweepFolder } from './sweep-folder.ts';

/** Share of the limit that is written between two sweeps, and that a sweep makes free. */
const SWEEP_SHARE = 1 / 16;
/** Entries that may wait to be written; more are not kept, so that a slow disk does not fill the memory. */
const PENDING_LIMIT = 32;

/** Where entries lie below the folder of a cache. */
export function entryPath(folder: string, key: string): string {
  return join(folder, 'entries', key.slice(0, 2), key);
}

/** Folder of the files that are being written. */
export function incomingFolder(folder: string): string {
  return join(folder, 'incoming');
}

/**
 * Entries as files, within a number of bytes. Several processes may use one folder, and each may be killed at any moment:
 * a file appears whole, by rename, and is believed only when its checksum holds. Nothing is synced: what a power cut
 * damages is made again. A disk that fails or is full costs the cache and no request.
 */
export class DiskStore<Facts> {
  private readonly folder: string;
  private readonly limitBytes: number;
  private writes: Promise<void>;
  private pending = 0;
  private unsweptBytes = 0;

  /** @param limitBytes each process that uses the folder may be over it by a sixteenth for a moment */
  constructor(folder: string, limitBytes: number) {
    this.folder = folder;
    this.limitBytes = limitBytes;
    this.writes = this.attempt('sweep', () => this.sweep());
  }

  async get(key: string): Promise<Entry<Facts> | undefined> {
    const path = entryPath(this.folder, key);
    let file: Buffer;
    try {
      file = await readFile(path);
    } catch {
      return undefined;
    }
    const entry = readEntryFile<Facts>(key, file);
    if (!entry) {
      log.warn({ path }, 'a damaged file of a cache was removed');
      await this.attempt('remove', () => rm(path, { force: true }));
      return undefined;
    }
    // The time of the last use, for the next sweep of whichever process.
    void this.attempt('touch', () => utimes(path, new Date(), new Date()));
    return entry;
  }

  /** Begins to write; {@link idle} tells when it is done. */
  set(key: string, entry: Entry<Facts>): void {
    if (this.pending >= PENDING_LIMIT || weightOf(entry) > this.limitBytes * SWEEP_SHARE) return;
    this.pending += 1;
    this.writes = this.writes
      .then(() => this.attempt('write', () => this.write(key, entry)))
      .finally(() => (this.pending -= 1));
  }

  /** Resolves when everything is written that was set so far. */
  idle(): Promise<void> {
    return this.writes;
  }

  private async write(key: string, entry: Entry<Facts>): Promise<void> {
    const incoming = join(incomingFolder(this.folder), randomUUID());
    const path = entryPath(this.folder, key);
    await mkdir(incomingFolder(this.folder), { recursive: true, mode: 0o700 });
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    try {
      await using file = await open(incoming, 'wx', 0o600);
      await file.writev(entryFileParts(key, entry));
    } catch (thrown) {
      await rm(incoming, { force: true });
      throw thrown;
    }
    await rename(incoming, path);
    this.unsweptBytes += weightOf(entry);
    if (this.unsweptBytes > this.limitBytes * SWEEP_SHARE) await this.sweep();
  }

  private async sweep(): Promise<void> {
    await sweepFolder(this.folder, this.limitBytes * (1 - 2 * SWEEP_SHARE));
    this.unsweptBytes = 0;
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      // Another process may have removed the same file just now.
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT')
        log.warn({ err, folder: this.folder }, `cache: ${what} failed`);
    }
  }
}
