import type { ConfirmedPreview, FirstFrameInput, UsedReferenceFacts } from './first-frame-input.ts';
import { keptReferences } from './kept-references.ts';
import type { PreparationTerms } from './preparation.ts';

const KIBIBYTE = 1024;
const terms: PreparationTerms = {
  budgetBytes: 300 * KIBIBYTE,
  totalBytes: 500 * KIBIBYTE,
  maxSidePixels: 2048,
  mediaTypes: ['image/jpeg', 'image/png'],
  encoding: 'binary',
};

function used(mediaType: string, sizeBytes: number): UsedReferenceFacts {
  const picture = { digest: `sha256:${'0'.repeat(64)}`, sizeBytes, mediaType, uri: '' };
  return { role: 'character', characterId: 'mei', source: picture, prepared: picture };
}

function confirming(references: readonly UsedReferenceFacts[], use: ConfirmedPreview['use'] = 'seed'): FirstFrameInput {
  return { confirms: { use, references } } as unknown as FirstFrameInput;
}

const keptOf = (input: FirstFrameInput, changes: Partial<PreparationTerms> = {}) => [
  ...keptReferences(input, { ...terms, ...changes }).keys(),
];

describe('references that were prepared for a preview', () => {
  it('are kept for its frame where its model takes them', () => {
    const references = [used('image/jpeg', 200 * KIBIBYTE), used('image/png', 100 * KIBIBYTE)];
    expect(keptOf(confirming(references))).toEqual([0, 1]);
    expect(keptReferences(confirming(references), terms).get(1)).toEqual(references[1]);
  });

  it('are prepared again where the model of the frame takes neither their type nor their size', () => {
    const references = [used('image/webp', KIBIBYTE), used('image/png', KIBIBYTE), used('image/png', 250 * KIBIBYTE)];
    expect(keptOf(confirming(references))).toEqual([1, 2]);
    expect(keptOf(confirming(references), { encoding: 'base64' })).toEqual([1]);
  });

  it('share the budget anew where they leave no room for the preview beside them', () => {
    const references = [used('image/jpeg', 250 * KIBIBYTE), used('image/png', 200 * KIBIBYTE)];
    expect(keptOf(confirming(references))).toEqual([0, 1]);
    expect(keptOf(confirming(references, 'reference'))).toEqual([]);
  });

  it('are those of a confirmed preview only', () => {
    expect(keptOf({} as unknown as FirstFrameInput)).toEqual([]);
  });
});
