import { createHash } from 'node:crypto';
import { CompressionFacts } from '@framesong/contracts/compression/v1/compression_service';
import { cancelled, invalidField, unavailable, type FramesongError } from '@framesong/errors';
import type { CompressImageSet, SetAnswer, SetSource } from './compress-image-set.ts';
import type { PictureRef } from './first-frame-input.ts';
import type { PreparationTerms } from './preparation.ts';
import { createReferenceSet, type ReferenceSet } from './reference-set.ts';
import type { RoledReference } from './references-of.ts';
import { artifactsInFolder, type ArtifactsInFolder } from './testing/artifacts-in-folder.ts';

const TERMS: PreparationTerms = {
  budgetBytes: 50_000,
  totalBytes: 100_000,
  maxSidePixels: 2048,
  mediaTypes: ['image/jpeg'],
  encoding: 'base64',
};
const NAMES = ['scene', 'character mei', 'character tao'];

/** One call of the compression service, answered by the test. */
interface Call {
  readonly roles: readonly string[];
  readonly totalBytes: number;
  answer(index: number, error?: FramesongError): void;
  end(error?: FramesongError): void;
}

describe('references that share one call', () => {
  let store: ArtifactsInFolder;
  let sources: PictureRef[];
  let calls: Call[];
  let called: PromiseWithResolvers<Call>;
  let set: ReferenceSet;
  const { signal } = new AbortController();
  const references = NAMES.map((label, index): RoledReference => ({
    role: index === 0 ? 'scene' : 'character',
    characterId: '',
    label,
    field: `request.${label}`,
    reference: { kind: 'url', url: '' },
  }));

  const compressImageSet: CompressImageSet = (pictures, { totalBytes }) => {
    const answers: (SetAnswer | undefined)[] = [];
    let wake = Promise.withResolvers<undefined>();
    let end: { error?: FramesongError } | undefined;
    const told = () => {
      wake.resolve(undefined);
      wake = Promise.withResolvers();
    };
    const call: Call = {
      roles: pictures.map(({ role }) => role),
      totalBytes,
      answer(index, error) {
        const made = { bytes: Buffer.of(index), mediaType: 'image/jpeg', facts: CompressionFacts.fromPartial({}) };
        answers.push(error ? { index, error } : { index, shareBytes: 10, ...made });
        told();
      },
      end(error) {
        end = error ? { error } : {};
        told();
      },
    };
    return (async function* () {
      await readAll(pictures);
      calls.push(call);
      called.resolve(call);
      called = Promise.withResolvers();
      for (;;) {
        const answer = answers.shift();
        if (answer) yield answer;
        else if (end?.error) throw end.error;
        else if (end) return;
        else await wake.promise;
      }
    })();
  };

  beforeEach(async () => {
    store = await artifactsInFolder();
    sources = await Promise.all(
      NAMES.map(async (name) => ({
        ...(await store.artifacts.put('a', Buffer.from(name), { mediaType: 'image/png' })),
      })),
    );
    calls = [];
    called = Promise.withResolvers();
    set = createReferenceSet({ artifacts: store.artifacts, compressImageSet }, 'a', references, sources, TERMS);
  });
  afterEach(() => store[Symbol.dispose]());

  it('wait for each other, and each has its result as soon as it is there', async () => {
    const asked = called.promise;
    // Whoever comes first: the call has them in the order of the request.
    const [tao, scene, mei] = [2, 0, 1].map((index) => set.compress(index, signal));
    const call = await asked;
    expect([call.roles, call.totalBytes]).toEqual([['scene', 'character', 'character'], TERMS.totalBytes]);
    call.answer(1);
    expect(await mei).toMatchObject({ index: 1, bytes: Buffer.of(1) });
    call.answer(2);
    call.answer(0);
    call.end();
    expect([(await scene!).index, (await tao!).index]).toEqual([0, 2]);
    expect(calls).toHaveLength(1);
  });

  it('are asked for without those that are ready, within what these have left', async () => {
    set.settle(1, 30_000);
    const asked = called.promise;
    const both = [set.compress(0, signal), set.compress(2, signal)];
    const call = await asked;
    expect(call.totalBytes).toBe(TERMS.totalBytes - 30_000);
    call.answer(1);
    call.answer(0);
    expect((await Promise.all(both)).map(({ index }) => index)).toEqual([0, 2]);
  });

  it('that have no answer when the service goes away are asked for again, and only they', async () => {
    let asked = called.promise;
    const [scene, mei, tao] = [0, 1, 2].map((index) => set.compress(index, signal));
    const first = await asked;
    first.answer(0);
    await scene;
    set.settle(0, 40_000);
    first.end(unavailable('gone', 'GONE', 1));
    await expect(mei).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'GONE' });
    await expect(tao).rejects.toMatchObject({ reason: 'GONE' });
    asked = called.promise;
    const again = [set.compress(2, signal), set.compress(1, signal)];
    const second = await asked;
    expect([second.roles, second.totalBytes]).toEqual([['character', 'character'], 60_000]);
    second.answer(0);
    second.answer(1);
    expect((await Promise.all(again)).map(({ index }) => index)).toEqual([2, 1]);
  });

  it('that fail are named by their field, and hold up nobody', async () => {
    const asked = called.promise;
    const [scene, mei, tao] = [0, 1, 2].map((index) => set.compress(index, signal));
    const call = await asked;
    call.answer(1, invalidField('source', 'is no image'));
    await expect(mei).rejects.toMatchObject({
      message: expect.stringMatching(/^character mei: /) as unknown,
      violations: [{ field: 'request.character mei', description: 'is no image' }],
    });
    call.answer(0);
    call.answer(2);
    call.end(invalidField('images[1]', 'the set is not complete'));
    expect([(await scene!).index, (await tao!).index]).toEqual([0, 2]);
  });

  it('that cannot be read any more end the call with their name', async () => {
    await store.artifacts.delete('a', sources[2]!.digest);
    const all = [0, 1, 2].map((index) => set.compress(index, signal));
    for (const one of all) {
      await expect(one).rejects.toMatchObject({
        code: 'NOT_FOUND',
        metadata: { reference: 'request.character tao' },
      });
    }
  });

  it('get an error when the service forgets one', async () => {
    const asked = called.promise;
    const all = [0, 1, 2].map((index) => set.compress(index, signal));
    const call = await asked;
    call.answer(0);
    call.answer(1);
    call.end();
    await expect(Promise.all(all)).rejects.toMatchObject({ code: 'INTERNAL', reason: 'SET_INCOMPLETE' });
  });

  it('stop waiting when nobody waits for them', async () => {
    const abort = new AbortController();
    const waiting = set.compress(0, abort.signal);
    abort.abort(cancelled('gone'));
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(set.compress(1, abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(calls).toEqual([]);
  });
});

async function readAll(pictures: readonly SetSource[]): Promise<void> {
  for (const { chunks, picture } of pictures) {
    const hash = createHash('sha256');
    for await (const chunk of chunks) hash.update(chunk);
    expect(`sha256:${hash.digest('hex')}`).toBe(picture.digest);
  }
}
