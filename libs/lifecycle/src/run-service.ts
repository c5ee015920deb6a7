import { accountExternalMemory } from './account-external-memory.ts';
import { EXIT_CODES, describeStartFailure, exitCodeOfStart } from './start-failure.ts';
import { onStopSignals } from './stop-signals.ts';

const PARENT_CHECK_MS = 1000;

/** How a service ends; see `lifecycleSettings`. Defaults: 30 s, and not with its parent. */
export interface StopOptions {
  readonly graceMs?: number;
  readonly exitWithParent?: boolean;
}

/** A service as a process. */
export interface Service {
  /** Title of the process, and the start of what it reports. */
  readonly name: string;
  /**
   * Builds everything, putting each part onto the stack; the parts are disposed in reverse order. `stopping` fires when
   * the process is asked to stop, also while it still starts. May return how to stop, as only the settings know.
   */
  readonly start: (stack: AsyncDisposableStack, stopping: AbortSignal) => Promise<StopOptions | undefined>;
  readonly log: Record<'info' | 'error', (fields: object, message: string) => void>;
}

/**
 * Runs a service until it is told to stop by SIGTERM or SIGINT, then ends the process:
 * 0 after an orderly stop; 1 when it could not start, or did not stop within the grace time; 70 after an error that
 * nothing caught, which is logged and stops it in order; 78 when its configuration is not valid; 130 or 143 at once when
 * SIGINT or SIGTERM comes a second time.
 */
export async function runService(service: Service): Promise<never> {
  const { name, log } = service;
  process.title = name;
  accountExternalMemory();
  const stack = new AsyncDisposableStack();
  const stop = Promise.withResolvers<undefined>();
  const stopping = new AbortController();
  let options: StopOptions = {};
  let exitCode: number = EXIT_CODES.stopped;

  const beginStop = (reason: string) => {
    if (stopping.signal.aborted) return;
    log.info({ reason }, `${name} is stopping`);
    stopping.abort(new DOMException(`${name} is stopping: ${reason}`, 'AbortError'));
    stop.resolve(undefined);
  };
  onStopSignals(beginStop);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      exitCode = EXIT_CODES.crashed;
      log.error({ err: error }, `${name} met an ${event}`);
      beginStop(event);
    });
  }

  // Also keeps a service alive that waits for nothing else.
  const firstParent = process.ppid;
  const aliveTimer = setInterval(() => {
    if (options.exitWithParent && process.ppid !== firstParent) beginStop('the parent process is gone');
  }, PARENT_CHECK_MS);

  const startFailure = startAsync(service, stack, stopping.signal).then(
    (returned) => {
      options = returned ?? {};
      if (!options.exitWithParent) return undefined;
      process.on('disconnect', () => beginStop('the parent process is gone'));
      if (process.send && !process.connected) beginStop('the parent process is gone');
      return undefined;
    },
    (error: unknown) => ({ error }),
  );

  const failed = await Promise.race([startFailure, stop.promise]);
  if (failed && !stopping.signal.aborted) {
    exitCode = exitCodeOfStart(failed.error);
    if (exitCode !== EXIT_CODES.misconfigured) log.error({ err: failed.error }, `${name} cannot start`);
    process.stderr.write(describeStartFailure(name, failed.error));
  }
  if (!failed) await stop.promise;

  const graceMs = options.graceMs ?? 30_000;
  setTimeout(() => {
    log.error({ grace_ms: graceMs }, `${name} did not stop in time`);
    process.exit(exitCode || EXIT_CODES.graceExceeded);
  }, graceMs);
  try {
    // What a start that was interrupted has built is known only when it has ended.
    await startFailure;
    await stack.disposeAsync();
  } catch (error) {
    log.error({ err: error }, `${name} could not stop in order`);
    exitCode ||= EXIT_CODES.graceExceeded;
  }
  clearInterval(aliveTimer);
  // Not left to an empty event loop: exporters and sockets of others may hold it for a while.
  process.exit(exitCode);
}

/** As a rejection, whatever way it fails. */
async function startAsync(service: Service, ...args: Parameters<Service['start']>): Promise<StopOptions | undefined> {
  return service.start(...args);
}
