import { errorOfSignal, invalidField, throwIfAborted, toFramesongError, type FramesongError } from '@framesong/errors';
import { ATTR, errorType, METRICS, record, stage, STAGES } from '@framesong/telemetry';
import { withoutOutcome } from '../http/exchange.ts';
import type { HttpMusicEngine, MusicAdapter } from './music-adapter.ts';
import type { MusicRequest, RenderedMusic } from './music-engine.ts';
import { neverBack } from './never-back.ts';

/** Everything that adapters have in common: what can never work is refused, progress goes forwards, errors name the engine. */
export function createMusicEngine(adapter: MusicAdapter): HttpMusicEngine {
  const { name, isPaid } = adapter;
  const named = (thrown: unknown, signal: AbortSignal): FramesongError => {
    const error = toFramesongError(thrown);
    // What was lost has cost nothing, so that it may be asked for again.
    const own = isPaid ? error : withoutOutcome(error);
    if (signal.aborted) return own.outcome === undefined ? errorOfSignal(signal) : own;
    return own.prefixed(`engine ${name}`).with({ metadata: { engine: name } });
  };
  const naming = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    try {
      throwIfAborted(signal);
      return await work();
    } catch (thrown) {
      throw named(thrown, signal);
    }
  };
  return {
    name,
    describe: (signal) => naming(signal, () => adapter.describe(signal)),
    check: (signal) => naming(signal, () => adapter.check(signal)),
    async render(request, context) {
      // What an earlier try has ordered is paid for, whatever happens now.
      let isOrdered = context.savedTaskId !== undefined;
      const saveTaskId = async (taskId: string): Promise<void> => {
        isOrdered = true;
        await context.saveTaskId(taskId);
      };
      try {
        return await naming(context.signal, async () => {
          checkRequest(request);
          return await measured(name, () => adapter.render(request, neverBack({ ...context, saveTaskId })));
        });
      } catch (thrown) {
        throw isPaid ? withMoney(toFramesongError(thrown), isOrdered) : thrown;
      }
    },
    close: () => adapter.close(),
  };
}

/** A stage of its own, and a duration in the metrics: from the request to the file, waiting in the engine's queue included. */
async function measured(name: string, render: () => Promise<RenderedMusic>): Promise<RenderedMusic> {
  const who = { [ATTR.genAiProvider]: name };
  const startedAtMs = performance.now();
  const end = (attributes: Readonly<Record<string, string>>): void =>
    record(METRICS.providerDuration, (performance.now() - startedAtMs) / 1000, { ...who, ...attributes });
  try {
    const made = await stage(STAGES.render.name, who, render);
    end({});
    return made;
  } catch (thrown) {
    end({ [ATTR.errorType]: errorType(thrown) });
    throw thrown;
  }
}

/** The error with what it has cost. What one call of several says of itself never takes back that the work was ordered. */
function withMoney(error: FramesongError, isOrdered: boolean): FramesongError {
  const { outcome } = error;
  if (outcome !== undefined && !(outcome === 'not_sent' && isOrdered)) return error;
  return error.with({ outcome: isOrdered ? 'billed' : 'not_sent' });
}

function checkRequest({ sections, sectionIndex }: MusicRequest): void {
  if (sectionIndex === undefined || (sectionIndex >= 0 && sectionIndex < sections.length)) return;
  throw invalidField('sectionIndex', `must be 0 to ${sections.length - 1}, is ${sectionIndex}`);
}
