import { isDeepStrictEqual } from 'node:util';
import type { FirstFrameInput } from './first-frame-input.ts';
import { frameReuse } from './frame-reuse.ts';
import { imageModelsOf, type ImageModelFacts } from './image-models.ts';
import type { Preparation } from './preparation.ts';
import { artifactsInFolder, type ArtifactsInFolder } from './testing/artifacts-in-folder.ts';

const PREPARATION = { budgetBytes: 300_000, totalBytes: 1_500_000, maxSidePixels: 2048 };
const [EMBEDDED] = imageModelsOf(new Map());
const reference = { kind: 'artifact', digest: 'sha256:1', sizeBytes: 1, mediaType: 'image/png' } as const;
const INPUT: FirstFrameInput = {
  shot: { id: 'shot', prompt: 'a road', negativePrompt: '', style: '', characterIds: [] },
  scene: reference,
  characters: [],
  width: 640,
  height: 360,
  provider: 'jiekou',
  model: 'm',
  seed: 7,
  preview: true,
};

describe('a frame is equal to an earlier one', () => {
  let store: ArtifactsInFolder;
  beforeAll(async () => {
    store = await artifactsInFolder();
  });
  afterAll(() => store[Symbol.dispose]());

  const restOf = (input: Partial<FirstFrameInput> = {}, revision = 'one', preparation: Partial<Preparation> = {}) => {
    const models: ImageModelFacts[] = [EMBEDDED!, { ...EMBEDDED!, provider: 'jiekou', model: 'm', revision }];
    const parts = { artifacts: store.artifacts, models, preparation: { ...PREPARATION, ...preparation } };
    return JSON.parse(JSON.stringify(frameReuse(parts, undefined, { ...INPUT, ...input }, 'a').rest)) as unknown;
  };
  const isSame = (other: unknown) => isDeepStrictEqual(other, restOf());

  it('when the same was asked of the same', () => {
    expect(isSame(restOf({ shot: { ...INPUT.shot, id: 'another name' } }))).toBe(true);
    expect(restOf()).toMatchObject({ engines: ['one'] });
  });

  it('and is not when its provider is asked in another way, whatever the version of the embedded engine', () => {
    expect(isSame(restOf({}, 'two'))).toBe(false);
    const embedded = { provider: EMBEDDED!.provider, model: EMBEDDED!.model };
    expect(isDeepStrictEqual(restOf(embedded, 'one'), restOf(embedded, 'two'))).toBe(true);
    expect(JSON.stringify(restOf(embedded))).toContain('framesong-compositor');
    expect(restOf({ fallbacks: [embedded] })).toMatchObject({ engines: ['one', EMBEDDED!.revision] });
  });

  it.each([
    ['all references may take more', {}, { totalBytes: 2_000_000 }],
    ['one reference may take more', {}, { budgetBytes: 400_000 }],
    ['a caption is wanted', { caption: 'Shot 12' }, {}],
    ['characters may share a picture', { allowCollage: true }, {}],
  ])('and is not when %s', (_why, input, preparation) => {
    expect(isSame(restOf(input, 'one', preparation))).toBe(false);
  });
});
