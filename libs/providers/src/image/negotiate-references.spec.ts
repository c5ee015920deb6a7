import type { ImageModel } from './image-model.ts';
import type { ImageProviderReference } from './image-provider.ts';
import { negotiateReferences } from './negotiate-references.ts';
import { languageOf, promptText } from './prompt-text.ts';

const model: ImageModel = {
  name: 'm',
  isDefault: true,
  minReferences: 0,
  maxReferences: 3,
  roles: ['scene', 'character'],
  referenceTypes: ['image/jpeg'],
  referenceEncoding: 'base64',
  maxReferenceBytes: 100,
  size: { kind: 'own', about: { widthPx: 1, heightPx: 1 } },
  mediaTypes: ['image/png'],
  takesSeed: false,
  isDeterministic: false,
  takesNegativePrompt: false,
  isAsync: false,
  canCancel: false,
  makesPreview: false,
};

const reference = (name: string, changes: Partial<ImageProviderReference> = {}): ImageProviderReference => ({
  role: name === '' ? 'scene' : 'character',
  id: name.toLowerCase(),
  name,
  bytes: new Uint8Array(10),
  mediaType: 'image/jpeg',
  ...changes,
});

const cast = (...names: string[]): ImageProviderReference[] => ['', ...names].map((name) => reference(name));
const both = { allowCollage: true, canCollage: true };
const neither = { allowCollage: false, canCollage: false };

describe('references', () => {
  it('keep their order and roles', () => {
    const { pictures, violations } = negotiateReferences(model, cast('Bob', 'Alice'), neither);
    expect(violations).toEqual([]);
    expect(pictures.map(({ role, names }) => [role, ...names])).toEqual([
      ['scene'],
      ['character', 'Bob'],
      ['character', 'Alice'],
    ]);
  });

  it.each([
    ['no collage is wanted', { allowCollage: false, canCollage: true }, 'or set allow_collage'],
    ['nobody can make one', { allowCollage: true, canCollage: false }, 'choose another model'],
  ])('that are too many are an error with advice where %s', (_, options, advice) => {
    const { violations, pictures } = negotiateReferences(model, cast('A', 'B', 'C'), options);
    expect(violations).toEqual([{ field: 'references', description: expect.stringContaining(advice) as string }]);
    expect(violations[0]!.description).toContain('at most 3 references and got 4');
    expect(pictures).toHaveLength(4);
  });

  it('that are too many share one picture where that is allowed: the scene stays alone, nobody is left out', () => {
    const { pictures, violations, warnings } = negotiateReferences(model, cast('A', 'B', 'C'), both);
    expect(violations).toEqual([]);
    expect(pictures.map(({ role, names }) => [role, ...names])).toEqual([['scene'], ['collage', 'A', 'B', 'C']]);
    expect(warnings).toEqual(['m takes 3 references: the 3 characters are sent as one labelled picture']);
  });

  it('that do not fit even in a collage are an error', () => {
    const { violations } = negotiateReferences({ ...model, maxReferences: 1 }, cast('A', 'B'), both);
    expect(violations[0]!.description).not.toContain('collage');
  });

  it('that are too few, of the wrong type, role or size are told all at once, by their place', () => {
    const bad = [
      reference('A', { mediaType: 'image/avif' }),
      reference('B', { bytes: new Uint8Array(101) }),
      reference('', { role: 'draft' }),
    ];
    const { violations } = negotiateReferences({ ...model, minReferences: 4, maxReferences: 5 }, bad, neither);
    expect(violations.map(({ field }) => field)).toEqual([
      'references[0]',
      'references[1]',
      'references[2]',
      'references',
    ]);
  });
});

describe('the prompt', () => {
  const pictures = [
    { role: 'scene', names: [] },
    { role: 'character', names: ['Alice'] },
    { role: 'collage', names: ['Bob', 'Carol'] },
    { role: 'draft', names: [] },
  ] as const;

  it('says what each picture is, by its number, then what is wanted', () => {
    const text = promptText({ prompt: 'They meet.', style: 'ink', avoid: 'rain' }, pictures);
    const lines = text.split('\n');
    expect(lines[0]).toMatch(/^Image 1 is the scene/);
    expect(lines[1]).toMatch(/^Image 2 is Alice/);
    expect(lines[2]).toMatch(/^Image 3 shows 2 characters.*Bob, Carol/);
    expect(lines[3]).toMatch(/^Image 4 is a draft/);
    expect(lines.slice(4)).toEqual(['They meet.', 'Style: ink', 'Avoid: rain']);
  });

  it('speaks Chinese to those who do', () => {
    const lines = promptText({ prompt: '爱丽丝在桥上', style: '水墨', avoid: '雨' }, pictures).split('\n');
    expect(lines[0]).toMatch(/^图1是场景/);
    expect(lines[1]).toMatch(/^图2是Alice/);
    expect(lines[2]).toMatch(/^图3.*2个角色.*Bob、Carol/);
    expect(lines.slice(4)).toEqual(['爱丽丝在桥上', '风格：水墨', '避免：雨']);
    expect(languageOf('A sign that says 桥, seen from far away in the rain')).toBe('en');
  });

  it('calls pictures as the provider wants it', () => {
    const text = promptText({ prompt: 'x' }, pictures.slice(0, 1), { pictureName: (number) => `@image${number}` });
    expect(text).toMatch(/^@image1 is the scene/);
  });

  it('without pictures is what was said', () => {
    expect(promptText({ prompt: 'A bridge' }, [])).toBe('A bridge');
  });
});
