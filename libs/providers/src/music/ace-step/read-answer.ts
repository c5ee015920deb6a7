import type { HttpAnswer } from '../../http/http-call.ts';
import { listOf, numberOf, objectOf, textOf } from '../../http/json-fields.ts';
import { answerInvalid, jsonOf } from '../../http/read-answer.ts';
import { refusalError, shortened, type ProviderWords } from '../../http/refusals.ts';

const provider = 'ace-step';

/** How a task stands. */
export type AceStepTask =
  | { readonly state: 'done'; readonly file: string; readonly model: string | undefined }
  /** `share` is 0 to 1; servers of the first weeks tell no stage. */
  | { readonly state: 'working'; readonly share: number; readonly stage: string | undefined }
  /** The server says so of every id that it does not know, for ever. */
  | { readonly state: 'unknown' }
  | { readonly state: 'failed'; readonly message: string };

/**
 * What stands in the envelope `{data, code, error}` of an answer; a failure may come in one with status 200.
 * @throws FramesongError what `code` stands for as a status
 */
export function dataIn(answer: HttpAnswer, cost: 'paid' | 'free'): unknown {
  const envelope = objectOf(jsonOf(answer, { provider, cost }));
  const code = numberOf(envelope?.['code']);
  if (!envelope || code === undefined || !('data' in envelope)) throw answerInvalid(provider, 'is not in its envelope');
  if (code === 200) return envelope['data'];
  const message = textOf(envelope['error']);
  throw refusalError({ provider, status: code, headers: {}, cost, words: wordsOf(code, message) });
}

/**
 * The words of `{detail}`, as the server's framework words a refusal, and those of the envelope. Of a list of faults only the
 * fields and what is wrong with them: `input` holds what was asked for.
 */
export function wordsIn(body: unknown, status: number): ProviderWords | undefined {
  const fields = objectOf(body);
  const told = fields?.['detail'] ?? fields?.['error'];
  const faults = listOf(told).flatMap((one) => faultOf(objectOf(one)) ?? []);
  return wordsOf(status, textOf(told) ?? (faults.length > 0 ? faults.join('; ') : undefined));
}

function faultOf(fault: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const message = textOf(fault?.['msg']);
  return message && `${listOf(fault?.['loc']).join('.')}: ${message}`;
}

function wordsOf(status: number, message: string | undefined): ProviderWords {
  return {
    ...(message !== undefined && { message }),
    // Each 429 leaves a job behind that is never worked on, so repeats in quick succession would only pile them up.
    ...(status === 429 && { mayRepeat: false }),
  };
}

/** @throws FramesongError UNAVAILABLE for an answer that holds nothing of this task */
export function taskIn(data: unknown, taskId: string): AceStepTask {
  const entry = listOf(data)
    .map(objectOf)
    .find((one) => one?.['task_id'] === taskId);
  const status = numberOf(entry?.['status']);
  if (!entry || status === undefined) throw answerInvalid(provider, 'says nothing of the task');
  const items = itemsIn(entry['result']);
  const [first] = items;
  if (status === 1) {
    const file = items.map((item) => textOf(item['file'])).find((name) => name !== undefined);
    if (file === undefined) throw answerInvalid(provider, 'says that the task is done and names no file');
    return { state: 'done', file, model: textOf(first?.['dit_model']) };
  }
  if (status === 2) return { state: 'failed', message: failureOf(first) };
  if (!first) return { state: 'unknown' };
  return { state: 'working', share: shareOf(first['progress']), stage: textOf(first['stage']) };
}

/** The list that stands as JSON in a text; some paths of the server give it as it is. */
function itemsIn(result: unknown): readonly Readonly<Record<string, unknown>>[] {
  let list: unknown = result;
  if (typeof result === 'string') {
    try {
      list = JSON.parse(result === '' ? '[]' : result);
    } catch {
      throw answerInvalid(provider, 'holds a result that is no JSON');
    }
  }
  return listOf(list).map((item) => objectOf(item) ?? {});
}

function shareOf(progress: unknown): number {
  return Math.min(1, Math.max(0, numberOf(progress) ?? 0));
}

/** Its status is 0 when the server gave it up after an hour; with no item at all the server has forgotten why. */
function failureOf(item: Readonly<Record<string, unknown>> | undefined): string {
  const error = textOf(item?.['error']);
  if (error !== undefined) return shortened(error);
  return item?.['status'] === 0 ? 'it took longer than the hour that the server allows' : 'the server does not say why';
}
