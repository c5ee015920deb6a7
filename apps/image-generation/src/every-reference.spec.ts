import { FramesongError } from '@framesong/errors';
import { forEveryReference } from './every-reference.ts';
import type { RoledReference } from './references-of.ts';

const NEVER = new AbortController().signal;
const SEVEN = Array.from({ length: 7 }, (_, index): RoledReference => ({
  role: index === 0 ? 'scene' : 'character',
  characterId: index === 0 ? '' : `character-${index}`,
  label: `reference ${index}`,
  field: `request.characters[${index}].reference`,
  reference: { kind: 'url', url: 'https://pictures.example/1' },
}));

describe('the references of a frame', () => {
  it('are worked on side by side: the last is begun before the first is done', async () => {
    const allBegun = Promise.withResolvers<undefined>();
    let begun = 0;
    const done = await forEveryReference(SEVEN, NEVER, async ({ label }) => {
      if (++begun === SEVEN.length) allBegun.resolve(undefined);
      await allBegun.promise;
      return label;
    });
    expect(done).toEqual(SEVEN.map(({ label }) => label));
  });

  it('fail together when one cannot be used, and none is left out of those that can', async () => {
    const fault = new FramesongError('no picture', { code: 'INVALID_ARGUMENT', reason: 'NO_PICTURE' });
    const finished: number[] = [];
    const work = forEveryReference(SEVEN, NEVER, (_, index) => {
      if (index === 3) return Promise.reject(fault);
      finished.push(index);
      return Promise.resolve(index);
    });
    await expect(work).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'NO_PICTURE' });
    expect(finished).toHaveLength(6);
  });

  it('are given up together when one fails for a reason of ours', async () => {
    const away = new FramesongError('away', { code: 'UNAVAILABLE', reason: 'AWAY' });
    let stopped = 0;
    const work = forEveryReference(SEVEN, NEVER, (_, index, signal) => {
      if (index === 0) return Promise.reject(away);
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          stopped++;
          reject(away);
        }),
      );
    });
    await expect(work).rejects.toMatchObject({ reason: 'AWAY' });
    expect(stopped).toBe(6);
  });
});
