import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FramesongError } from '@framesong/errors';
import type { HttpMusicEngine, MusicConnection, MusicRequest } from '@framesong/providers/music';
import type { EmulatedProvider } from '../emulated-provider.ts';
import { startEmulator } from '../emulator.ts';
import { SHORT_SONG } from '../sounds/short-song.ts';
import { CANARY, faultLine, leftRunning, requestsOf } from './run-fault.ts';
import { NOWHERE, type WantedOutcome } from './wanted-outcomes.ts';

/** One music engine under the fault script, with the table of what has to come of each fault. */
export interface MusicFaultSubject {
  /** In reports: `ace-step`. */
  readonly name: string;
  readonly emulated: EmulatedProvider;
  readonly table: readonly WantedOutcome[];
  /** `limitMs` is to bound everything: calls, tasks, downloads. */
  open(connection: MusicConnection, limitMs: number): HttpMusicEngine;
  readonly variants?: Readonly<Record<string, string>>;
  /** For engines that make songs only. */
  readonly wholeSong?: true;
}

/** What came of a fault. */
export interface MusicFaultResult extends Pick<FramesongError, 'reason'> {
  readonly code: WantedOutcome['code'];
  readonly outcome: WantedOutcome['outcome'] | undefined;
  /** Renders that the engine has accepted. */
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
/** What is larger is given up. */
const MAX_BYTES = 8 * 1024 ** 2;

/** Runs one line of the table against a fresh emulator and a fresh engine. */
export async function runMusicFault(subject: MusicFaultSubject, wanted: WantedOutcome): Promise<MusicFaultResult> {
  await using canary = await startEmulator(CANARY);
  const emulator = await startEmulator(subject.emulated, subject.variants ? { variants: subject.variants } : {});
  const engine = subject.open(
    {
      baseUrl: wanted.fault === 'nothing_listens' ? NOWHERE : emulator.url,
      key: { value: emulator.key, setting: 'KEY' },
      http: { repeats: { firstMs: 2, maxMs: 10, rateDelayMs: 5 }, maxAnswerBytes: MAX_BYTES },
      download: { firstDelayMs: 2, maxBytes: MAX_BYTES },
    },
    wanted.isLate ? LATE_MS : AMPLE_MS,
  );
  const folder = await mkdtemp(join(tmpdir(), 'framesong-fault-'));
  if (wanted.fault !== 'nothing_listens') emulator.faults.replace([faultLine(wanted, canary.url)]);
  const startedAt = performance.now();
  try {
    const ended = await attempt(engine, requestInto(folder, subject.wholeSong ?? false));
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
    await engine.close();
    await emulator.close();
    await rm(folder, { recursive: true });
  }
}

/** What differs between wanted and found, in words; empty when all is as wanted. */
export function faultsOfMusicResult(wanted: WantedOutcome, found: MusicFaultResult): string[] {
  const compared = ['code', 'reason', 'paid', 'requests'] as const;
  const differences = compared.flatMap((name) =>
    wanted[name] === undefined || wanted[name] === found[name]
      ? []
      : [`${name} is ${found[name]}, not ${wanted[name]}`],
  );
  const outcomes = [wanted.outcome ?? 'none', found.outcome ?? 'none'];
  return [
    ...differences,
    // An engine that costs nothing says nothing about money, so absence counts.
    ...(outcomes[0] === outcomes[1] ? [] : [`outcome is ${outcomes[1]}, not ${outcomes[0]}`]),
    ...(found.leftRunning > 0 ? [`${found.leftRunning} requests are left running`] : []),
    ...(found.canaryHits > 0 ? ['a forbidden server was reached'] : []),
  ];
}

async function attempt(
  engine: HttpMusicEngine,
  request: MusicRequest,
): Promise<Pick<MusicFaultResult, 'code' | 'reason' | 'outcome'>> {
  const context = { signal: new AbortController().signal, saveTaskId: () => Promise.resolve() };
  try {
    await engine.render(request, context);
    return { code: 'OK', reason: '', outcome: undefined };
  } catch (thrown) {
    if (!(thrown instanceof FramesongError)) throw thrown;
    const { code, reason, outcome } = thrown;
    return { code, reason, outcome };
  }
}

function requestInto(folder: string, wholeSong: boolean): MusicRequest {
  return { ...SHORT_SONG, renderId: 'fault', ...(!wholeSong && { sectionIndex: 0 }), path: join(folder, 'sound') };
}
