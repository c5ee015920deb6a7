import { FramesongError, type ErrorCode, type Outcome } from '@framesong/errors';
import type { AdapterConnection, GuardedImageProvider, ImageModel, ImageRequest } from '@framesong/providers';
import type { EmulatedProvider, RoutePurpose } from '../emulated-provider.ts';
import { startEmulator, type Emulator } from '../emulator.ts';
import { drawPicture } from '../pictures/draw-picture.ts';
import type { FaultLine } from './fault-script.ts';
import { NOWHERE, type WantedOutcome } from './wanted-outcomes.ts';

/** One adapter under the fault script, with the table of what has to come of each fault. */
export interface FaultSubject {
  /** In reports: `jiekou sync`. */
  readonly name: string;
  readonly emulated: EmulatedProvider;
  readonly model: string;
  readonly table: readonly WantedOutcome[];
  /** `limitMs` is to bound everything: calls, tasks, downloads. */
  open(connection: AdapterConnection, limitMs: number): GuardedImageProvider;
  readonly variants?: Readonly<Record<string, string>>;
}

/** What came of a fault. */
export interface FaultResult {
  readonly code: ErrorCode | 'OK';
  readonly reason?: string;
  readonly outcome?: Outcome;
  readonly paid: number;
  readonly requests: number;
  readonly tookMs: number;
  /** Requests that the emulator still held a moment after the end. */
  readonly leftRunning: number;
  /** Requests that reached a server which must never be reached. */
  readonly canaryHits: number;
}

const LATE_MS = 1000;
const AMPLE_MS = 20_000;
const SETTLE_MS = 5000;

/** Runs one line of the table against a fresh emulator and a fresh adapter. */
export async function runFault(subject: FaultSubject, wanted: WantedOutcome): Promise<FaultResult> {
  await using canary = await startEmulator(CANARY);
  const emulator = await startEmulator(subject.emulated, subject.variants ? { variants: subject.variants } : {});
  const provider = subject.open(connectionTo(emulator, wanted), wanted.isLate ? LATE_MS : AMPLE_MS);
  if (wanted.fault !== 'nothing_listens') emulator.faults.replace([faultLine(wanted, canary.url)]);
  const startedAt = performance.now();
  try {
    const ended = await attempt(provider, await requestFor(provider, subject.model), wanted);
    const tookMs = performance.now() - startedAt;
    return {
      ...ended,
      paid: emulator.paid.all.length,
      requests: requestsOf(emulator, wanted.on),
      tookMs,
      leftRunning: await leftRunning(emulator),
      canaryHits: canary.seen.length,
    };
  } finally {
    await provider.close();
    await emulator.close();
  }
}

/** What differs between wanted and found, in words; empty when all is as wanted. */
export function faultsOfResult(wanted: WantedOutcome, found: FaultResult): string[] {
  const compared = ['code', 'reason', 'outcome', 'paid', 'requests'] as const;
  const differences = compared.flatMap((name) =>
    wanted[name] === undefined || wanted[name] === found[name]
      ? []
      : [`${name} is ${found[name]}, not ${wanted[name]}`],
  );
  return [
    ...differences,
    ...(found.leftRunning > 0 ? [`${found.leftRunning} requests are left running`] : []),
    ...(found.canaryHits > 0 ? ['a forbidden server was reached'] : []),
  ];
}

/** A server that nobody may be led to. */
export const CANARY: EmulatedProvider = {
  name: 'canary',
  routes: () => [],
  refusal: () => ({}),
  errorInside200: () => ({}),
};

function connectionTo(emulator: Emulator, { fault }: WantedOutcome): AdapterConnection {
  return {
    baseUrl: fault === 'nothing_listens' ? NOWHERE : emulator.url,
    key: { value: emulator.key, setting: 'KEY' },
    http: { repeats: { firstMs: 2, maxMs: 10, rateDelayMs: 5 }, maxAnswerBytes: 4 * 1024 ** 2 },
    download: { firstDelayMs: 2, maxBytes: 4 * 1024 ** 2 },
  };
}

/** The line of the fault script that a line of the table is about. @param elsewhere where a redirect leads to */
export function faultLine({ fault, on, times }: WantedOutcome, elsewhere: string): FaultLine {
  if (fault === 'nothing_listens') throw new Error('this is no fault of an emulator');
  return { kind: fault, on, location: `${elsewhere}/latest/meta-data/`, ...(times !== undefined && { times }) };
}

async function attempt(provider: GuardedImageProvider, request: ImageRequest, { isLate }: WantedOutcome) {
  const context = {
    signal: new AbortController().signal,
    requestKey: 'fault',
    timeouts: isLate ? { totalMs: LATE_MS } : {},
    saveTaskId: () => Promise.resolve(),
  };
  try {
    await provider.generate(request, context);
    return { code: 'OK' as const };
  } catch (thrown) {
    if (!(thrown instanceof FramesongError)) throw thrown;
    const { code, reason, outcome } = thrown;
    return { code, reason, ...(outcome && { outcome }) };
  }
}

async function requestFor(provider: GuardedImageProvider, modelName: string): Promise<ImageRequest> {
  const model: ImageModel = provider.models.find(({ name }) => name === modelName)!;
  const [mediaType = 'image/png'] = model.referenceTypes;
  const bytes = await drawPicture({ widthPx: 64, heightPx: 48, title: '', key: 'scene' });
  const reference = { role: 'scene' as const, id: '', name: '', bytes, mediaType };
  return {
    prompt: 'A bridge in the rain',
    references: model.maxReferences > 0 ? [reference] : [],
    size: { widthPx: 1280, heightPx: 720 },
    seed: 7,
    model: modelName,
  };
}

/** How many requests of this purpose have come. */
export function requestsOf({ seen }: Emulator, on: RoutePurpose): number {
  return seen.filter(({ purpose }) => purpose === on).length;
}

/** Requests that are still held a moment after the end. */
export async function leftRunning(emulator: Emulator): Promise<number> {
  const untilMs = performance.now() + SETTLE_MS;
  while (emulator.pending > 0 && performance.now() < untilMs) await new Promise(setImmediate);
  return emulator.pending;
}
