import { toFramesongError } from '@framesong/errors';
import type { JobContext } from '@framesong/jobs';
import type { AskedModel, FirstFrameFacts, FirstFrameInput, UsedReferenceFacts } from './first-frame-input.ts';
import { generateFrame, type GenerateParts } from './generate-frame.ts';
import { EMBEDDED } from './image-models.ts';
import { hasTimeFor, isFree, mayAskNext } from './may-ask-next.ts';
import { orderFromProvider, type OrderParts } from './order-from-provider.ts';
import { namedModel, readTried, triedNote, triedOf, withTried } from './tried-providers.ts';
import type { WantedFrame } from './wanted-frame.ts';

/**
 * Has the picture made by the provider that was asked for, or by the first of its fallbacks that can be asked. Who could not be
 * is noted before the next one is asked, so that a run that goes on after a crash goes on with the same one.
 * @throws FramesongError of the last one that was asked; `tried` in its metadata names all of them
 */
export async function orderFrame(
  parts: GenerateParts & OrderParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  signal: AbortSignal,
): Promise<FirstFrameFacts> {
  const { provider, model, fallbacks = [] } = job.input;
  const asked: readonly AskedModel[] = [{ provider, model }, ...fallbacks];
  if (asked.length === 1) return orderFromProvider(parts, job, references, wanted, signal);
  const note = triedNote(wanted);
  const tried = [...(await readTried(job.notes, note))];
  for (;;) {
    const who = asked[tried.length]!;
    const startedAtMs = performance.now();
    try {
      const facts = await makeBy(who, parts, job, references, wanted, signal);
      return { ...facts, tried: [...tried, triedOf(who, undefined, startedAtMs)] };
    } catch (thrown) {
      const error = toFramesongError(thrown);
      tried.push(triedOf(who, error, startedAtMs));
      const next = asked[tried.length];
      const mayGoOn = next !== undefined && !signal.aborted && mayAskNext(error);
      const isInTime = next === undefined || hasTimeFor(next, job.remainingMs(), parts.generateTimeout.floorMs);
      if (!mayGoOn || !isInTime) {
        // Where nothing was spent, a retry begins with the provider that was asked for; otherwise it goes on with this one.
        if (!signal.aborted && isFree(error)) await job.notes.remove(note);
        throw withTried(error, tried, mayGoOn ? next : undefined);
      }
      await job.notes.set(
        note,
        tried.map((one) => ({ ...one })),
      );
      // The percentage stays where it is: it never falls.
      const message = `${namedModel(who)} could not be asked (${error.reason}); asking ${namedModel(next)}`;
      job.progress({ stage: 'generate_content', percent: 0, provenance: 'measured', message });
    }
  }
}

/** The embedded engine may be a fallback too: it buys nothing. */
function makeBy(
  who: AskedModel,
  parts: GenerateParts & OrderParts,
  job: JobContext<FirstFrameInput>,
  references: readonly UsedReferenceFacts[],
  wanted: WantedFrame,
  signal: AbortSignal,
): Promise<FirstFrameFacts> {
  const isAsked = who.provider === job.input.provider && who.model === job.input.model;
  const asked = isAsked ? job : { ...job, input: { ...job.input, ...who } };
  if (who.provider === EMBEDDED) return generateFrame(parts, asked, references, wanted, signal);
  return orderFromProvider(parts, asked, references, wanted, signal, isAsked ? '' : `fallback ${namedModel(who)}`);
}
