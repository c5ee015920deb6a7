import { join } from 'node:path';
import { startBenchStack, type BenchStack } from '../processes/bench-stack.ts';
import { startIdle } from '../processes/idle-process.ts';
import { startNode, type NodeProcess } from '../processes/node-process.ts';

/** The services with emulated providers, and a process that does nothing beside them. */
export interface ProviderStack extends AsyncDisposable {
  readonly stack: BenchStack;
  readonly providers: NodeProcess;
  readonly idle: NodeProcess;
  /** Base URLs by provider. */
  readonly urls: Readonly<Record<string, string>>;
}

/** Where the interfaces begin that do not begin at the root. */
const PATHS: Readonly<Record<string, string>> = { ark: '/api/v3' };
/** As many pictures at once as the largest load has. */
const CONNECTIONS = '64';

/** Starts everything; `folder` holds data and logs. */
export async function startProviderStack(folder: string): Promise<ProviderStack> {
  await using parts = new AsyncDisposableStack();
  const file = join(import.meta.dirname, 'providers-process.ts');
  const providers = parts.use(startNode({ name: 'providers', file, folder }));
  const { urls } = await providers.message<{ urls: Record<string, string> }>('ready');
  const environment = Object.fromEntries(
    Object.entries(urls).flatMap(([name, url]) => {
      const prefix = `FRAMESONG_${name.toUpperCase()}`;
      return [
        [`${prefix}_BASE_URL`, `${url}${PATHS[name] ?? ''}`],
        [`${prefix}_API_KEY`, 'test-key'],
        [`${prefix}_CONNECTIONS`, CONNECTIONS],
      ];
    }),
  ) as Record<string, string>;
  const stack = parts.use(await startBenchStack(['compression', 'image-generation'], folder, environment));
  const idle = parts.use(await startIdle(folder));
  const owned = parts.move();
  return { stack, providers, idle, urls, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
