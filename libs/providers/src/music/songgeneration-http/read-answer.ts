import { FramesongError } from '@framesong/errors';
import type { HttpAnswer } from '../../http/http-call.ts';
import { listOf, objectOf, textOf } from '../../http/json-fields.ts';
import { answerInvalid, jsonOf } from '../../http/read-answer.ts';
import { refusalError, shortened, type ProviderWords } from '../../http/refusals.ts';

const provider = 'songgeneration-http';

/** Marks words that the wrapper itself has said, and nothing in between. */
const OWN_WORDS = 'detail';
/** A refusal of its own that it has caught again: `生成失败: 400: ...`, with status 500. */
const WRAPPED = /^\D{0,20}失败\s*[:：]\s*([45]\d\d)\s*[:：]\s*(.*)$/s;
/** Names of files are UUIDs; nothing else may come into a path. */
const FILE_ID = /^[\w-]{1,100}$/;

/** The words of `{detail}`: a text, or a list of `{loc, msg}` as FastAPI words what has the wrong form. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const detail = objectOf(body)?.['detail'];
  const text = textOf(detail);
  if (text !== undefined) return { code: OWN_WORDS, message: text };
  const faults = listOf(detail).map((fault) => objectOf(fault) ?? {});
  if (faults.length === 0) return undefined;
  const message = faults.map((fault) => `${listOf(fault['loc']).join('.')}: ${textOf(fault['msg']) ?? ''}`).join('; ');
  return { code: OWN_WORDS, message };
}

/** A refusal of `POST /generate` as what it means: faults of the request come as 400, or as a 500 around it. */
export function meaningOf(error: FramesongError): FramesongError {
  const { providerStatus, providerCode, providerMessage = '' } = error.metadata;
  if (providerCode !== OWN_WORDS) return error;
  const [, inner, message] = WRAPPED.exec(providerMessage) ?? [];
  if (providerStatus === '500' && inner !== undefined && inner.startsWith('4')) {
    const words = { code: OWN_WORDS, message: message ?? '' };
    return refusalError({ provider, status: Number(inner), headers: {}, cost: 'paid', words });
  }
  if (providerStatus === '503' || inner === '503') return notReady('it has not loaded its model');
  return error;
}

/** UNAVAILABLE: it answers, and cannot work yet. Nothing was begun. */
export function notReady(what: string): FramesongError {
  return new FramesongError(`${provider} is not ready: ${what}`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_NOT_READY',
    outcome: 'rejected',
    retryAfterMs: 5000,
    metadata: { provider },
  });
}

/** Why it cannot work, in words; undefined when it can. */
export function unreadiness(health: unknown): string | undefined {
  const fields = objectOf(health);
  if (textOf(fields?.['status']) === undefined) throw answerInvalid(provider, 'tells no health');
  const model = objectOf(fields?.['model']);
  if (model?.['loaded'] === false) return 'it has not loaded its model';
  return model?.['ready'] === false ? 'its model is not ready' : undefined;
}

/** Names of `GET /supported_genres`. */
export function genresIn(body: unknown): readonly string[] {
  return listOf(objectOf(body)?.['genres']).flatMap((name) => textOf(name) ?? []);
}

/** What `POST /generate` has made. @throws FramesongError UNAVAILABLE for a failure inside a 200, and for no proper id */
export function fileIn(answer: HttpAnswer): { readonly fileId: string } {
  const body = objectOf(jsonOf(answer, { provider, cost: 'paid' }));
  const fileId = textOf(body?.['file_id']);
  if (body?.['success'] === false) throw failed(textOf(body['message']) ?? 'it does not say why');
  if (fileId === undefined || !FILE_ID.test(fileId)) throw answerInvalid(provider, 'names no file');
  return { fileId };
}

function failed(message: string): FramesongError {
  return new FramesongError(`${provider} could not make the song: "${shortened(message)}"`, {
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_FAILED',
    metadata: { provider, providerMessage: shortened(message) },
  });
}
