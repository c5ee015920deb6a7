import type {
  CheckProviderRequest,
  CheckProviderResponse,
} from '@framesong/contracts/image/v1/image_generation_service';
import { notFound } from '@framesong/errors';
import type { ImageProvider } from '@framesong/providers';
import type { CallContext } from '@framesong/rpc';
import { EMBEDDED } from './image-models.ts';

/** `CheckProvider`: a question that costs nothing. */
export async function checkProvider(
  providers: ReadonlyMap<string, ImageProvider>,
  { provider: name }: CheckProviderRequest,
  { signal }: CallContext,
): Promise<CheckProviderResponse> {
  if (name === EMBEDDED) return { checked: 'access', note: 'it is part of this service' };
  const provider = providers.get(name);
  if (provider) return provider.check(signal);
  const configured = [EMBEDDED, ...providers.keys()].join(', ');
  const advice = `configured are ${configured}; others need FRAMESONG_<NAME>_API_KEY, or _BASE_URL where there are no keys`;
  throw notFound('provider', name, advice);
}
