import type { ImageProvider } from '@framesong/providers';
import type { CheckedConfirmation } from './check-confirmation.ts';
import type { FirstFrameInput } from './first-frame-input.ts';
import { EMBEDDED } from './image-models.ts';
import { previewUseFor } from './preview-use.ts';

/** The frame of a preview: its request with the seed of the candidate, and all that can be reused. */
export function confirmedInput(
  providers: ReadonlyMap<string, ImageProvider>,
  { chosen, model: { provider, model }, width, height }: CheckedConfirmation,
): FirstFrameInput {
  const { jobId, number, seed, picture, input, facts } = chosen;
  const { fallbacks = [] } = input;
  const { image, engine, providerCall, made } = picture;
  const { use, note } = previewUseFor({
    model: providers.get(provider)?.models.find(({ name }) => name === model),
    width,
    height,
    referenceCount: facts.references.length,
    isSameModel: picture.provider === provider && picture.model === model,
    providerCall: made && providerCall,
  });
  // Nobody is asked twice, and the embedded engine needs nobody after it.
  const others =
    provider === EMBEDDED ? [] : fallbacks.filter((one) => one.provider !== provider || one.model !== model);
  const isResult = use === 'result' && made && providerCall;
  const frame: { -readonly [Field in keyof FirstFrameInput]: FirstFrameInput[Field] } = {
    ...input,
    width,
    height,
    provider,
    model,
    seed,
    confirms: {
      jobId,
      candidate: number,
      image,
      use,
      note,
      references: facts.references,
      ...(isResult && { made: { picture: made, engine, call: providerCall } }),
    },
  };
  delete frame.candidates;
  delete frame.confirmation;
  if (others.length > 0) frame.fallbacks = others;
  else delete frame.fallbacks;
  return frame;
}
