import { objectOf, textOf } from '../http/json-fields.ts';
import type { ProviderWords } from '../http/refusals.ts';

/** The words of `{error: {code, message, param, type}}`. */
export function wordsIn(body: unknown): ProviderWords | undefined {
  const error = objectOf(objectOf(body)?.['error']);
  if (!error) return undefined;
  const code = textOf(error['code']) ?? textOf(error['type']);
  const message = textOf(error['message']);
  const kind = kindOf(code ?? '');
  return { ...(code !== undefined && { code }), ...(message !== undefined && { message }), ...(kind && { kind }) };
}

function kindOf(code: string): ProviderWords['kind'] {
  if (code.includes('SensitiveContentDetected')) return 'moderation';
  if (code.startsWith('AccountOverdue') || code.includes('QuotaExceeded')) return 'quota';
  return code === 'UnsupportedModel' || code.startsWith('InvalidEndpointOrModel') ? 'unknown_model' : undefined;
}
