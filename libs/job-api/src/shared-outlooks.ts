import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import { toFramesongError } from '@framesong/errors';
import type { Jobs } from '@framesong/jobs';
import type { Language } from '@framesong/rpc';
import type { JobMessages } from './job-message.ts';

/** Outlooks of watched jobs: all who watch one job share a look at it, so that many watchers do not mean many queries. */
export interface SharedOutlooks {
  /**
   * What is to be expected of a job; undefined when it has ended, or cannot be looked at now.
   * @param news number of an event that an older look does not know of
   */
  read(tenant: string, jobId: string, language: Language, news: number | undefined): Promise<Outlook | undefined>;
}

/** A look is used again for so long, so that many events on end do not mean as many looks at the queue. */
const KEEP_MS = 1_000;

export function createSharedOutlooks(jobs: Jobs, messages: JobMessages): SharedOutlooks {
  const looks = new Map<string, Promise<Outlook | undefined>>();
  const latest = new Map<string, number>();
  const look = async (tenant: string, jobId: string, language: Language): Promise<Outlook | undefined> => {
    try {
      return await messages.outlook(await jobs.get(tenant, jobId), language);
    } catch (thrown) {
      // Events are owed to a watcher, the outlook is not: the database is away for a moment, or the job was deleted.
      const { code } = toFramesongError(thrown);
      if (code === 'UNAVAILABLE' || code === 'NOT_FOUND') return undefined;
      throw thrown;
    }
  };
  return {
    read(tenant, jobId, language, news = 0) {
      const key = `${tenant} ${jobId} ${language}`;
      const kept = looks.get(key);
      if (kept && news <= (latest.get(key) ?? 0)) return kept;
      const begun = look(tenant, jobId, language);
      looks.set(key, begun);
      latest.set(key, Math.max(news, latest.get(key) ?? 0));
      const forget = (): void => {
        if (looks.get(key) !== begun) return;
        looks.delete(key);
        latest.delete(key);
      };
      begun.then(() => setTimeout(forget, KEEP_MS).unref(), forget);
      return begun;
    },
  };
}
