import { submitSongBatch } from '@framesong/client';
import { SongRequest } from '@framesong/contracts/music/v1/song';
import { readRequests } from '../batch/read-requests.ts';
import { submitRequests } from '../batch/submit-requests.ts';
import type { CliCommand } from '../cli-command.ts';

/** `framesong music batch` */
export const musicBatch: CliCommand = {
  define: (command) =>
    void command.requiredOption('--requests <file>', 'one SongRequest as JSON per line, or {"label", "request"}'),
  async run(session, _, values) {
    const { requests } = values as { requests: string };
    const { music } = session.framesong;
    return submitRequests(
      session,
      { jobs: music.jobs, submit: (items, options) => submitSongBatch(music, items, options) },
      await readRequests(SongRequest, requests),
    );
  },
};
