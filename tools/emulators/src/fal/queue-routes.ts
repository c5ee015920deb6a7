import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedOrder } from '../paid-calls.ts';
import type { EmulatedRequest, EmulatedRoute, EmulatorContext } from '../emulated-provider.ts';
import { checkFields, type FieldRule } from '../requests/check-fields.ts';
import { checkKey } from '../requests/check-key.ts';
import { jsonFields, type Fields } from '../requests/read-fields.ts';
import { refused } from '../requests/request-refused.ts';

/** What one kind of model does in the queue of fal. */
export interface QueuedModels<Made> {
  /** Names under which the queue keeps requests: owner and app, without what stands below. */
  readonly apps: readonly string[];
  /** The input fields of each model, by the path that it is ordered at. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;
  readonly inferenceSeconds: number;
  /** What is charged for; throws what is refused before. */
  accept(fields: Fields): Promise<Pick<AcceptedOrder, 'prompt' | 'references' | 'seed'>>;
  make(id: string, path: string, fields: Fields): Promise<Made>;
  result(made: Made, origin: string): unknown;
}

interface QueuedRequest<Made> {
  readonly made: Made;
  polls: number;
  isCancelled: boolean;
}

/**
 * The queue of fal: order, status, cancel, result. Variants: `end: moderated` makes the result a refusal of the model; `polls` is
 * how often a request says that it is not done.
 */
export function queueRoutes<Made>(context: EmulatorContext, models: QueuedModels<Made>): EmulatedRoute[] {
  const requests = new Map<string, QueuedRequest<Made>>();
  const find = ({ params, headers }: EmulatedRequest): QueuedRequest<Made> => {
    checkKey(headers, context.key, 'Key');
    const found = requests.get(params['id'] ?? '');
    if (!found) throw refused(404, 'NOT_FOUND', 'Request not found');
    return found;
  };
  const orders = Object.entries(models.inputs).map(([name, rules]) => ({
    method: 'POST',
    path: `/${name}`,
    purpose: 'order' as const,
    async handle({ headers, bytes, path, origin }: EmulatedRequest) {
      checkKey(headers, context.key, 'Key');
      const fields = jsonFields(bytes, headers);
      checkFields(fields, rules, 'value_error');
      const accepted = await models.accept(fields);
      const id = randomUUID();
      context.paid.accept({ path, body: bytes, images: 1, orderId: id, ...accepted });
      await sleep(context.latencyMs);
      requests.set(id, { made: await models.make(id, path, fields), polls: 0, isCancelled: false });
      const app = models.apps.find((known) => path === `/${known}` || path.startsWith(`/${known}/`))!;
      const place = `${origin}/${app}/requests/${id}`;
      const urls = { response_url: place, status_url: `${place}/status`, cancel_url: `${place}/cancel` };
      return { status: 200, json: { status: 'IN_QUEUE', request_id: id, ...urls, queue_position: 0 } };
    },
  }));
  const ofApps = models.apps.flatMap((app) => [
    {
      method: 'GET',
      path: `/${app}/requests/{id}/status`,
      purpose: 'poll' as const,
      handle(request: EmulatedRequest) {
        const found = find(request);
        found.polls += 1;
        return { status: 200, json: statusBody(request, found, context, models.inferenceSeconds) };
      },
    },
    {
      method: 'PUT',
      path: `/${app}/requests/{id}/cancel`,
      purpose: 'cancel' as const,
      handle(request: EmulatedRequest) {
        find(request).isCancelled = true;
        return { status: 202, json: { status: 'CANCELLATION_REQUESTED' } };
      },
    },
    {
      method: 'GET',
      path: `/${app}/requests/{id}`,
      purpose: 'free' as const,
      handle(request: EmulatedRequest) {
        const { made, isCancelled } = find(request);
        if (isCancelled) throw refused(499, 'request_cancelled', 'Request was cancelled');
        if (context.variants['end'] === 'moderated')
          throw refused(422, 'content_policy_violation', 'The content could not be processed');
        return { status: 200, json: models.result(made, request.origin) };
      },
    },
  ]);
  return [...orders, ...ofApps];
}

function statusBody(
  { quirk }: EmulatedRequest,
  { polls, isCancelled }: Pick<QueuedRequest<unknown>, 'polls' | 'isCancelled'>,
  { variants }: EmulatorContext,
  inferenceSeconds: number,
): unknown {
  const needed = Number(variants['polls'] ?? 2);
  if (quirk === 'stuck_status') return { status: 'IN_PROGRESS', logs: null };
  if (polls > needed || isCancelled)
    return { status: 'COMPLETED', logs: null, metrics: { inference_time: inferenceSeconds } };
  const isQueued = polls <= 1 !== (quirk === 'status_backwards');
  return isQueued ? { status: 'IN_QUEUE', queue_position: 1 } : { status: 'IN_PROGRESS', logs: null };
}
