import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import { FramesongError } from '@framesong/errors';
import { log } from '@framesong/telemetry';
import { Admission } from './admission.ts';
import { checkedDeserialize } from './checked-message.ts';
import { adaptHandler, type ServiceBinding } from './handlers.ts';
import { Health } from './health.ts';
import { LiveCalls } from './live-calls.ts';
import { INFRASTRUCTURE_POLICY, type MethodPolicy } from './method-policy.ts';
import { MAX_MESSAGE_BYTES } from './message-limit.ts';
import { serviceNameOf } from './method-types.ts';
import { checkPlaintext } from './plaintext.ts';
import { addReflection } from './reflection.ts';
import { createServerInterceptor } from './server-interceptor.ts';
import type { RpcSettings } from './settings.ts';

/** How long health watchers may take to be told that the server drains. */
const WATCHERS_TOLD_MS = 500;
/** How long the last statuses may take to leave; then connections are cut. */
const STATUSES_LEFT_MS = 1_000;

/** A service with its handlers and the policy of each method, by the method's camel-case name. */
export interface ServedService extends ServiceBinding {
  readonly policies: Readonly<Record<string, MethodPolicy>>;
}

/** A gRPC server that listens. */
export interface RpcServer {
  readonly health: Health;
  /** The port that was bound. */
  readonly port: number;
  /** Calls under way, health and reflection left out. */
  readonly liveCalls: number;
  /**
   * Stops in order: health says NOT_SERVING, the port is closed and new calls are refused with UNAVAILABLE, live ones may end
   * within the grace, the rest is ended with UNAVAILABLE and retry advice. Repeats wait for the first.
   */
  drain(): Promise<void>;
}

/**
 * Builds and starts a server with health and reflection.
 * @throws FramesongError FAILED_PRECONDITION: PORT_TAKEN when another program listens there, ADDRESS_UNUSABLE when the
 *   address cannot be listened on for another reason; TypeError for a method without policy
 */
export async function startServer(options: {
  services: readonly ServedService[];
  address: { host: string; port: number };
  settings: RpcSettings;
  descriptorSetFile: string;
}): Promise<RpcServer> {
  const { settings } = options;
  // grpc-js would write plain lines to stderr.
  const write = (...parts: unknown[]) => log.warn({}, parts.join(' '));
  setLogger({ error: write, info: write, debug: write });
  const live = new LiveCalls();
  const work = new Admission({ slots: settings.maxConcurrentWork, queue: settings.maxQueuedWork, maxWaitMs: 30_000 });
  const policies = new Map<string, MethodPolicy>();
  const names = options.services.map((service) => serviceNameOf(Object.values(service.definition)[0]!.path));
  const health = new Health(names);
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_concurrent_streams': 100,
    'grpc.max_connection_age_ms': 30 * 60_000,
    'grpc.max_connection_age_grace_ms': 20 * 60_000,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
    'grpc-node.max_session_memory': 64,
    interceptors: [
      createServerInterceptor({
        live,
        policyOf: (path) => policies.get(path) ?? INFRASTRUCTURE_POLICY,
        admissionOf: (policy) => (policy.class === 'work' ? work : undefined),
      }),
    ],
  });
  for (const service of options.services) addService(server, service, policies);
  addService(server, withOnePolicy(health.binding(), INFRASTRUCTURE_POLICY), policies);
  addReflection(server, options.descriptorSetFile, [...names, 'grpc.health.v1.Health']);
  checkPlaintext(options.address.host, settings.allowPlaintext);
  const port = await bind(server, options.address);
  let drained: Promise<void> | undefined;
  return {
    health,
    port,
    get liveCalls() {
      return live.count;
    },
    drain: () => (drained ??= drain(server, health, live, settings.drainGraceMs)),
  };
}

async function drain(server: Server, health: Health, live: LiveCalls, graceMs: number): Promise<void> {
  await health.drain(WATCHERS_TOLD_MS);
  live.refuseNew();
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  await live.finish(graceMs);
  const forced = setTimeout(() => server.forceShutdown(), STATUSES_LEFT_MS);
  await closed;
  clearTimeout(forced);
  log.info({}, 'server drained');
}

function withOnePolicy(binding: ServiceBinding, policy: MethodPolicy): ServedService {
  const policies = Object.fromEntries(Object.keys(binding.definition).map((name) => [name, policy]));
  return { ...binding, policies };
}

function addService(server: Server, service: ServedService, policies: Map<string, MethodPolicy>): void {
  const definition: Record<string, object> = {};
  const implementation: Record<string, ReturnType<typeof adaptHandler>> = {};
  for (const [name, method] of Object.entries(service.definition)) {
    const policy = service.policies[name];
    if (!policy) throw new TypeError(`${method.path} has no policy: every method needs its deadlines and limits`);
    policies.set(method.path, policy);
    definition[name] = {
      ...method,
      requestDeserialize: checkedDeserialize(method, Math.min(policy.maxRequestBytes, MAX_MESSAGE_BYTES)),
      responseSerialize: (bytes: Buffer) => bytes,
    };
    implementation[name] = adaptHandler(method, service.handlers[name]!);
  }
  server.addService(definition as never, implementation);
}

function bind(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(target, ServerCredentials.createInsecure(), (cause, bound) =>
      cause ? reject(bindError(target, cause)) : resolve(bound),
    );
  });
}

function bindError(target: string, cause: Error): FramesongError {
  const code = 'FAILED_PRECONDITION';
  return cause.message.includes('EADDRINUSE')
    ? new FramesongError(
        `cannot listen on ${target}: another program is there, or this one runs already; stop it, or set another port`,
        { code, reason: 'PORT_TAKEN', cause },
      )
    : new FramesongError(`cannot listen on ${target}: ${cause.message}`, { code, reason: 'ADDRESS_UNUSABLE', cause });
}
