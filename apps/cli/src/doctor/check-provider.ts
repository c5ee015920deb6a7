import { toFramesongError } from '@framesong/errors';
import type { Session } from '../session.ts';
import type { Finding } from './checks.ts';

/** Longer than the service's own limit for the question. */
const LIMIT_MS = 45_000;

/** Whether image-generation could ask a provider now; nothing is bought. */
export async function checkProvider({ framesong, ...session }: Session, provider: string): Promise<Finding> {
  const what = `provider ${provider}`;
  try {
    const { rpc } = framesong.imageGeneration;
    const { checked, note } = await rpc.checkProvider({ provider }, session.call(LIMIT_MS));
    return { isGood: true, what, seen: `${checked}: ${note}` };
  } catch (thrown) {
    const { code, message } = toFramesongError(thrown);
    const todo = `set FRAMESONG_${provider.toUpperCase()}_API_KEY where image-generation runs; docs/providers.md tells more`;
    return { isGood: false, what, seen: `${code}: ${message}`, todo };
  }
}
