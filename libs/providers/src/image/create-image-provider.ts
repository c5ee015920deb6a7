import { FramesongError, throwIfAborted, toFramesongError, type Outcome } from '@framesong/errors';
import { ATTR, METRICS, watchGauge } from '@framesong/telemetry';
import {
  BREAKER_RULES,
  createCircuitBreaker,
  type BreakerRules,
  type BreakerState,
  type CircuitBreaker,
} from '../http/circuit-breaker.ts';
import { createRateLimiter, type RateLimiter } from '../http/rate-limiter.ts';
import type { SharedGates } from '../http/shared-gates.ts';
import { fitImage } from './fit-image.ts';
import type { ImageAdapter, MadePicture, OrderContext, SentPicture } from './image-adapter.ts';
import type { PriceHint } from './image-model.ts';
import type { ImageCallContext, ImageProvider, ImageRequest, ImageResult } from './image-provider.ts';
import { inspectPicture } from './inspect-picture.ts';
import { measuredCall } from './measured-call.ts';
import type { MakeCollage } from './negotiate-references.ts';
import { sizeWarnings } from './negotiate-size.ts';
import { modelRevision } from './model-revision.ts';
import { planRequest, type PlannedRequest } from './plan-request.ts';

/** What every provider over HTTP is guarded by. */
export interface ImageProviderOptions {
  /** Without it no request is ever answered by a collage. */
  readonly makeCollage?: MakeCollage | undefined;
  readonly breaker?: Partial<BreakerRules>;
  /** Where it is reached: part of every revision, so that an emulator's pictures never stand for the provider's. */
  readonly baseUrl?: string;
  /** Price hints by model, from the operator; they win over the adapter's own. */
  readonly prices?: ReadonlyMap<string, PriceHint>;
  /** Default 0: no limit of ours. */
  readonly imagesPerMinute?: number;
  /** Longest wait for room under that limit. Default 60 s. */
  readonly longestRateWaitMs?: number;
  /** What all processes know together of breakers and rates. Default: this process stands alone. */
  readonly gates?: SharedGates | undefined;
}

const STATE_VALUES: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };

/** An image provider over HTTP, which can be asked how its breakers stand. */
export interface GuardedImageProvider extends ImageProvider {
  breakerState(model: string): BreakerState;
}

/**
 * Everything that adapters have in common: the plan, the collage, the rate, the breaker of each model, the check of the picture
 * that came, and that no error leaves without an outcome.
 */
export function createImageProvider(adapter: ImageAdapter, options: ImageProviderOptions = {}): GuardedImageProvider {
  const { makeCollage, breaker: breakerRules, imagesPerMinute = 0, longestRateWaitMs = 60_000, gates } = options;
  const rules: BreakerRules = { ...BREAKER_RULES, ...breakerRules };
  const breakers = new Map<string, CircuitBreaker>(
    adapter.models.map((model) => {
      const name = `${adapter.name} ${model.name}`;
      return [model.name, createCircuitBreaker(name, rules, undefined, gates?.breaker(name, rules))];
    }),
  );
  const revisions = new Map(
    adapter.models.map((model) => [model.name, modelRevision(adapter, model, options.baseUrl)]),
  );
  const rate: RateLimiter = createRateLimiter(
    adapter.name,
    { perMinute: imagesPerMinute },
    undefined,
    gates?.meter(adapter.name),
  );
  const gauge = watchGauge(METRICS.providerBreakerState, () =>
    [...breakers].map(([model, { state }]) => ({
      value: STATE_VALUES[state],
      attributes: { [ATTR.genAiProvider]: adapter.name, [ATTR.genAiModel]: model },
    })),
  );
  const plan = (request: ImageRequest): PlannedRequest => planRequest(adapter, request, makeCollage !== undefined);

  async function generate(request: ImageRequest, context: ImageCallContext): Promise<ImageResult> {
    const money = { outcome: 'not_sent' as Outcome };
    try {
      throwIfAborted(context.signal);
      const planned = plan(request);
      const made = await measuredCall(adapter.name, request.model, () => make(planned, context, money));
      return resultOf(adapter.name, request, planned, made);
    } catch (thrown) {
      const error = toFramesongError(thrown);
      if (error.reason === 'PROVIDER_RATE_LIMIT' && error.outcome === 'rejected') rate.holdOff(error.retryAfterMs ?? 0);
      const metadata = { provider: adapter.name, model: request.model };
      throw error.with({ metadata, outcome: finalOutcome(error.outcome, money.outcome), cause: thrown });
    }
  }

  async function make(
    planned: PlannedRequest,
    context: ImageCallContext,
    money: { outcome: Outcome },
  ): Promise<SentAndMade> {
    const order = orderContext(context, money);
    const { savedTaskId } = context;
    if (savedTaskId !== undefined) {
      // What an earlier attempt has ordered is paid for: nothing is bought again, whatever happens.
      money.outcome = 'billed';
      return { ...(await resumed(adapter, savedTaskId, planned, order)), billedImages: 0 };
    }
    return breakers.get(planned.model.name)!.run(async () => {
      const pictures = await picturesOf(planned, context.signal, makeCollage);
      await rate.take(1, { signal: context.signal, longestWaitMs: longestRateWaitMs });
      const made = await adapter.order({ ...planned, pictures, requestKey: context.requestKey }, order);
      return { ...made, sentBytes: pictures.map(({ bytes }) => bytes.byteLength) };
    });
  }

  return {
    name: adapter.name,
    models: adapter.models.map((model) => {
      const priceHint = options.prices?.get(model.name);
      return priceHint ? { ...model, priceHint } : model;
    }),
    plan: (request) => plan(request).effective,
    generate,
    revisionOf: (model) => revisions.get(model) ?? '',
    check: (signal) => adapter.check(signal),
    async close() {
      gauge[Symbol.dispose]();
      await adapter.close();
    },
    breakerState: (model) => breakers.get(model)?.state ?? 'closed',
  };
}

/** A picture, and how large the references were that were sent for it, unless an earlier attempt has sent them. */
interface SentAndMade extends MadePicture {
  readonly sentBytes?: readonly number[];
}

/** Stands before a URL where a task id would be. No provider's ids look like this. */
const RESULT_URL = 'result-url:';

async function resumed(
  adapter: ImageAdapter,
  saved: string,
  { model }: PlannedRequest,
  order: OrderContext,
): Promise<MadePicture> {
  const isUrl = saved.startsWith(RESULT_URL);
  if (isUrl && adapter.fetchResult) return adapter.fetchResult(saved.slice(RESULT_URL.length), order);
  if (!isUrl && adapter.resume) return adapter.resume(saved, model, order);
  throw new FramesongError(`${adapter.name} cannot take up ordered work again`, {
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_TASK_UNKNOWN',
  });
}

/** What one call of several says of itself never takes back that the order was accepted. */
function finalOutcome(told: Outcome | undefined, known: Outcome): Outcome {
  return told === undefined || (told === 'not_sent' && known === 'billed') ? known : told;
}

function orderContext(context: ImageCallContext, money: { outcome: Outcome }): OrderContext {
  const accepted = (): void => void (money.outcome = 'billed');
  return {
    signal: context.signal,
    timeouts: context.timeouts ?? {},
    accepted,
    async saveTaskId(taskId) {
      accepted();
      await context.saveTaskId(taskId);
    },
    async saveResultUrl(url) {
      accepted();
      await context.saveTaskId(`${RESULT_URL}${url}`);
    },
    onProgress: (progress) => context.onProgress?.(progress),
    async onPreview(bytes) {
      const seen = inspectPicture(bytes);
      if (seen) await context.onPreview?.({ bytes, ...seen });
    },
  };
}

async function picturesOf(
  { pictures }: PlannedRequest,
  signal: AbortSignal,
  makeCollage: MakeCollage | undefined,
): Promise<SentPicture[]> {
  return Promise.all(
    pictures.map(async ({ role, names, shows }) => {
      const [first] = shows;
      if (role !== 'collage') return { role, names, bytes: first!.bytes, mediaType: first!.mediaType };
      const labelled = shows.map(({ name, bytes, mediaType }) => ({ label: name, bytes, mediaType }));
      const { bytes, mediaType } = await makeCollage!(labelled, signal);
      return { role, names, bytes, mediaType };
    }),
  );
}

function resultOf(provider: string, request: ImageRequest, planned: PlannedRequest, made: SentAndMade): ImageResult {
  const seen = inspectPicture(made.bytes);
  if (!seen) {
    throw new FramesongError(`what ${provider} sent is no complete PNG, JPEG or WebP picture`, {
      code: 'UNAVAILABLE',
      reason: 'PROVIDER_RESULT_INVALID',
      outcome: 'billed',
    });
  }
  const { effective } = planned;
  const fit = fitImage(seen.size, request.size);
  const planWarnings = new Set(planned.size.warnings);
  const warnings = [
    ...effective.warnings.filter((warning) => !planWarnings.has(warning)),
    ...sizeWarnings({ providerSize: seen.size, isCertain: true, fit }, request.size),
    ...(made.warnings ?? []),
  ];
  return {
    image: { bytes: made.bytes, ...seen },
    effective: {
      ...effective,
      references: effective.references.map((reference, index) => {
        const sizeBytes = made.sentBytes?.[index];
        return sizeBytes === undefined ? reference : { ...reference, sizeBytes };
      }),
      providerSize: seen.size,
      isProviderSizeCertain: true,
      fit,
      warnings,
    },
    engine: `${provider} ${planned.model.name}`,
    ...(made.responseId !== undefined && { responseId: made.responseId }),
    billedImages: made.billedImages ?? 1,
    ...(made.details !== undefined && { details: made.details }),
    warnings,
  };
}
