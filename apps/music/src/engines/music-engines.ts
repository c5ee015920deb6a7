import { notFound, toFramesongError } from '@framesong/errors';
import type { HttpMusicEngine, MusicCapabilities, MusicEngine } from '@framesong/providers/music';
import type { Composer } from '../composer.ts';
import { createEmbeddedEngine } from './embedded-engine.ts';
import { createEnginePresence, type PresenceRules } from './engine-presence.ts';
import { createGrpcEngine } from './grpc-engine.ts';

/** What the engines are made of. */
export interface EngineParts {
  readonly composer: Composer;
  /** gRPC engines by name: `host:port`. */
  readonly grpcEngines: ReadonlyMap<string, string>;
  readonly reattachGraceMs: number;
  /** Engines over HTTP that are configured. */
  readonly httpEngines: readonly HttpMusicEngine[];
  /** How those that are listed are looked at. */
  readonly presence?: Partial<PresenceRules>;
}

/** An engine and what it says of itself; `unreachable` says why it could not be asked, also of one that is known without asking. */
export interface DescribedEngine {
  readonly engine: MusicEngine;
  readonly capabilities?: MusicCapabilities;
  readonly unreachable?: string;
}

/** The engines that this service offers, by name, the default first. */
export interface MusicEngines extends AsyncDisposable {
  /** @throws FramesongError NOT_FOUND naming those that exist */
  named(name: string): MusicEngine;
  has(name: string): boolean;
  readonly names: readonly string[];
  /** What all of them say of themselves, and whether they are there, asked at once. */
  describeAll(signal: AbortSignal): Promise<DescribedEngine[]>;
}

/** Whoever lists engines does not wait longer for one that is away. */
const DESCRIBE_LIMIT_MS = 3_000;

/** Every engine there is. One more over HTTP is a folder and a line of the registry in `libs/providers/src/music`. */
export function openMusicEngines({
  composer,
  grpcEngines,
  reattachGraceMs,
  httpEngines,
  presence: rules,
}: EngineParts): MusicEngines {
  const opening = new AsyncDisposableStack();
  const engines: readonly MusicEngine[] = [
    createEmbeddedEngine(composer),
    ...Array.from(grpcEngines, ([name, address]) => opening.use(createGrpcEngine({ name, address, reattachGraceMs }))),
    ...httpEngines.map((engine) => opening.adopt(engine, (open) => open.close())),
  ];
  const byName = new Map(engines.map((engine) => [engine.name, engine]));
  const names = [...byName.keys()];
  const presence = createEnginePresence(rules);
  const described = async (engine: MusicEngine, signal: AbortSignal): Promise<DescribedEngine> => {
    try {
      const limit = AbortSignal.timeout(DESCRIBE_LIMIT_MS);
      return { engine, capabilities: await engine.describe(AbortSignal.any([signal, limit])) };
    } catch (thrown) {
      return { engine, unreachable: toFramesongError(thrown).message };
    }
  };
  return {
    names,
    has: (name) => byName.has(name),
    named(name) {
      const engine = byName.get(name);
      if (!engine) throw notFound('engine', name, `there is ${names.join(', ')}; ListMusicModels tells more`);
      return engine;
    },
    describeAll: (signal) =>
      Promise.all(
        engines.map(async (engine) => {
          const [told, awayBecause] = await Promise.all([described(engine, signal), presence.awayBecause(engine)]);
          return awayBecause === undefined ? told : { unreachable: awayBecause, ...told };
        }),
      ),
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  };
}

/** `songgeneration=127.0.0.1:50061,other=10.0.0.5:50061`, as the setting has it. */
export function addressesByName(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = text === undefined ? [] : text.split(',').map((pair) => pair.split('=') as [string, string]);
  return new Map(pairs);
}
