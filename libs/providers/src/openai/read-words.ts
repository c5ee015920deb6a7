import { objectOf, textOf } from '../http/json-fields.ts';
import type { ProviderWords } from '../http/refusals.ts';

const QUOTA = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active']);

/** The words of `{error: {message, type, param, code}}`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const envelope = objectOf(body);
  const error = objectOf(envelope?.['error']);
  if (!error) return undefined;
  const code = textOf(error['code']) ?? textOf(error['type']);
  const message = textOf(error['message']);
  const kind = kindOf(code);
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }), ...(kind && { kind }) };
}

function kindOf(code: string | undefined): ProviderWords['kind'] {
  if (code === undefined) return undefined;
  if (code === 'moderation_blocked' || code === 'content_policy_violation') return 'moderation';
  if (QUOTA.has(code)) return 'quota';
  return code === 'model_not_found' ? 'unknown_model' : undefined;
}
