import type { EngineResources, MusicEngine } from '@framesong/providers/music';
import { ATTR, METRICS, watchGauge, type Metric, type Reading } from '@framesong/telemetry';
import type { MusicEngines } from '../engines/music-engines.ts';
import { readHost } from './host-memory.ts';
import { readGpus } from './nvidia-smi.ts';

/** Where engines render, and what is left there. */
export interface ResourceReader {
  /** At most two seconds old; undefined for an engine on another machine that does not tell. @throws FramesongError UNAVAILABLE */
  read(engine: MusicEngine): Promise<EngineResources | undefined>;
}

/** How to read. */
export interface ResourceReaderOptions {
  /** Engines that render on this machine, by name. */
  readonly localEngines: ReadonlySet<string>;
  /** Those that render with its processors, by name. */
  readonly onHost: ReadonlySet<string>;
  /** Which GPU of this machine they use, as nvidia-smi counts. */
  readonly gpu: number;
}

const KEEP_MS = 2_000;
const LIMIT_MS = 5_000;

/** An engine's own word counts first; then, of one on this machine, what nvidia-smi says; then the memory of the machine. */
export function createResourceReader({ localEngines, onHost, gpu }: ResourceReaderOptions): ResourceReader {
  const looks = new Map<string, Promise<EngineResources | undefined>>();
  const look = async (engine: MusicEngine): Promise<EngineResources | undefined> => {
    if (onHost.has(engine.name)) return readHost();
    const told = await engine.resources?.(AbortSignal.timeout(LIMIT_MS));
    if (told?.memoryFreeBytes !== undefined || !localEngines.has(engine.name)) return told;
    const device = (await readGpus())[gpu] ?? readHost();
    // How many renders it has is for the engine alone to know.
    return { ...told, ...device };
  };
  return {
    read(engine) {
      const kept = looks.get(engine.name);
      if (kept) return kept;
      const begun = look(engine);
      looks.set(engine.name, begun);
      const forget = (): void => void looks.delete(engine.name);
      begun.then(() => setTimeout(forget, KEEP_MS).unref(), forget);
      return begun;
    },
  };
}

/** Gauges of all engines, read whenever metrics are collected. */
export function watchEngines(engines: MusicEngines, reader: ResourceReader): Disposable {
  const gauges = new DisposableStack();
  const gauge = (metric: Metric<'gauge'>, value: (resources: EngineResources) => number | undefined): void => {
    gauges.use(
      watchGauge(metric, async () => {
        const readings = engines.names.map(async (name): Promise<Reading[]> => {
          const resources = await reader.read(engines.named(name)).catch(() => undefined);
          const read = resources && value(resources);
          return read === undefined ? [] : [{ value: read, attributes: { [ATTR.engineName]: name } }];
        });
        return (await Promise.all(readings)).flat();
      }),
    );
  };
  gauge(METRICS.engineMemoryTotal, ({ memoryTotalBytes }) => memoryTotalBytes);
  gauge(METRICS.engineMemoryFree, ({ memoryFreeBytes }) => memoryFreeBytes);
  gauge(METRICS.engineLoad, ({ load }) => load);
  gauge(METRICS.engineWaiting, ({ waiting }) => waiting);
  gauges.use(
    watchGauge(METRICS.engineUp, async () => {
      const described = await engines.describeAll(AbortSignal.timeout(LIMIT_MS));
      return described.map(({ engine, unreachable }) => ({
        value: unreachable === undefined ? 1 : 0,
        attributes: { [ATTR.engineName]: engine.name },
      }));
    }),
  );
  return gauges;
}
