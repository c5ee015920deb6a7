import { toFramesongError } from '@framesong/errors';
import { jsonBody } from '../../http/http-body.ts';
import type { HttpClient } from '../../http/http-client.ts';
import { objectOf, textOf } from '../../http/json-fields.ts';
import { pollUntil, type PollRules } from '../../http/poll-until.ts';
import { answerInvalid, jsonOf } from '../../http/read-answer.ts';
import { songGenerationSections } from '../lyrics-forms.ts';
import type { MusicRequest } from '../music-engine.ts';
import { generationsIn, type StudioGeneration } from './read-answer.ts';

/** What ordering needs. */
export interface OrderParts {
  readonly http: HttpClient;
  readonly rules: PollRules;
  readonly model: string | undefined;
  /** The JSON of a GET. */
  readonly read: (path: string, signal: AbortSignal) => Promise<unknown>;
}

const provider = 'songgeneration-studio';
const ALIVE: readonly StudioGeneration['status'][] = ['pending', 'processing', 'completed'];

/**
 * Orders a song as soon as no other one is being made. The title says whose it is, so that one whose answer was lost is found.
 * @returns the id of its generation
 */
export function orderSong({ http, rules, model, read }: OrderParts, request: MusicRequest, signal: AbortSignal) {
  const title = `framesong ${request.renderId}`;
  const body = jsonBody({
    title,
    sections: songGenerationSections(request.sections),
    gender: 'auto',
    custom_style: request.style,
    bpm: Math.round(request.bpm),
    output_mode: 'mixed',
    ...(model !== undefined && { model }),
  });
  const timeouts = { totalMs: rules.questionMs, firstByteMs: rules.questionMs };

  /** `seen` while somebody else's song is being made */
  async function order(): Promise<{ readonly done: string } | { readonly seen: string }> {
    try {
      // It costs no money, but a song that was ordered twice is made twice.
      const call = { method: 'POST', path: '/api/generate', body, cost: 'paid', signal, timeouts } as const;
      const answer = objectOf(jsonOf(await http.send(call), { provider, cost: 'paid' }));
      const id = textOf(answer?.['generation_id']);
      if (id === undefined) throw answerInvalid(provider, 'names no generation').with({ outcome: 'billed' });
      return { done: id };
    } catch (thrown) {
      const error = toFramesongError(thrown);
      const isBusy = error.metadata['providerStatus'] === '409';
      const isTold = error.outcome === 'not_sent' || error.outcome === 'rejected';
      if (signal.aborted || (isTold && !isBusy)) throw error;
      // Its answer was lost, or it is this very song, ordered by an earlier try, that keeps the server busy.
      const mine = await find().catch(() => undefined);
      if (mine !== undefined) return { done: mine };
      if (!isBusy) throw error;
      // It names the song that is being made: with each other one the wait begins anew.
      return { seen: error.metadata['providerMessage'] ?? 'busy' };
    }
  }

  async function find(): Promise<string | undefined> {
    const all = generationsIn(await read('/api/generations', signal));
    return all.findLast((one) => one.title === title && ALIVE.includes(one.status))?.id;
  }

  return pollUntil(rules, { provider, taskId: request.renderId, signal }, order);
}
