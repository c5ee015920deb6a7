import { descriptorSetFile } from '@framesong/contracts';
import { methodPolicy, startServer, type MethodPolicy, type RpcServer, type ServedService } from '@framesong/rpc';
import { openFramesong, type Framesong } from '../framesong.ts';

/** A real server on a port of its own; disposing stops it. */
export interface TestServices extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /** Ends live calls with UNAVAILABLE and frees the port. */
  stop(): Promise<void>;
}

type Binding = Omit<ServedService, 'policies'>;

/** Serves the bindings; `policy` holds for all methods. */
export async function serve(
  bindings: readonly Binding[],
  { port = 0, policy = methodPolicy({ maxRequestBytes: 1024 * 1024 }) }: { port?: number; policy?: MethodPolicy } = {},
): Promise<TestServices> {
  const server: RpcServer = await startServer({
    services: bindings.map((binding) => ({
      ...binding,
      policies: Object.fromEntries(Object.keys(binding.definition).map((name) => [name, policy])),
    })),
    address: { host: '127.0.0.1', port },
    settings: { allowPlaintext: false, drainGraceMs: 0, maxConcurrentWork: 8, maxQueuedWork: 8 },
    descriptorSetFile,
  });
  return {
    address: `127.0.0.1:${server.port}`,
    port: server.port,
    stop: () => server.drain(),
    [Symbol.asyncDispose]: () => server.drain(),
  };
}

/** Clients whose services are all at one address. */
export function clientsOf(address: string): Framesong {
  return openFramesong({ compression: address, imageGeneration: address, music: address });
}

/** What a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error('it did not reject')),
    (thrown: unknown) => thrown,
  );
}
