import {
  digestOf,
  contextFor,
  modelOf,
  referencesFor,
  requestFor,
  type AcceptedOrder,
  type AdapterUnderTest,
} from './adapter-under-test.ts';
import { describeFailures } from './conformance-failures.ts';
import { describeTasks } from './conformance-tasks.ts';
import { fitImage } from './fit-image.ts';
import type { ImageModel } from './image-model.ts';
import type { ImageProviderReference } from './image-provider.ts';
import { inspectPicture } from './inspect-picture.ts';

export type { AcceptedOrder, AdapterUnderTest } from './adapter-under-test.ts';

const SIZES = [
  { widthPx: 1280, heightPx: 720 },
  { widthPx: 720, heightPx: 1280 },
  { widthPx: 1000, heightPx: 1000 },
];

/**
 * What every image provider over HTTP promises. Each adapter's spec runs it against its emulator, which is as strict as the real
 * provider: a request that it refuses fails the test.
 * @param models The adapter's table, so that each model becomes a test.
 */
export function describeImageProvider(
  name: string,
  models: readonly ImageModel[],
  open: () => Promise<AdapterUnderTest>,
): void {
  describe(`${name} keeps the promises of an image provider`, () => {
    let under: AdapterUnderTest;

    beforeEach(async () => {
      under = await open();
    });

    afterEach(() => under.close());

    it('names each model once, and one of them the default', () => {
      const names = under.provider.models.map((model) => model.name);
      expect(new Set(names).size).toBe(names.length);
      expect(under.provider.models.filter(({ isDefault }) => isDefault)).toHaveLength(1);
      for (const { minReferences, maxReferences, mediaTypes } of under.provider.models) {
        expect(minReferences).toBeLessThanOrEqual(maxReferences);
        expect(mediaTypes.length).toBeGreaterThan(0);
      }
    });

    describe.each(models.map((model) => model.name))('%s', (modelName) => {
      it('makes real pictures for sizes of every shape and says what is left to do', async () => {
        const model = modelOf(under, modelName);
        for (const size of SIZES) {
          const request = await requestFor(under, model, { size });
          const planned = under.provider.plan(request);
          const { image, effective, engine, billedImages } = await under.provider.generate(request, contextFor());
          expect(inspectPicture(image.bytes)).toEqual({ mediaType: image.mediaType, size: image.size });
          expect(effective.fit).toEqual(fitImage(image.size, size));
          expect(effective.fit.resizeTo).toEqual(size);
          if (planned.isProviderSizeCertain) expect(image.size).toEqual(planned.providerSize);
          if (effective.fit.operation !== 'none')
            expect(effective.warnings.join()).toContain(`${size.widthPx}x${size.heightPx}`);
          expect(effective.sizeParameters).toEqual(planned.sizeParameters);
          expect([engine, billedImages]).toEqual([`${under.provider.name} ${modelName}`, 1]);
        }
        expect(under.orders()).toHaveLength(SIZES.length);
      });

      it('sends every reference it may take, in order, and names each in the prompt by its number', async () => {
        const model = modelOf(under, modelName);
        const references = await referencesFor(under, model, model.maxReferences);
        const request = await requestFor(under, model, { references });
        const { effective } = await under.provider.generate(request, contextFor());
        const [order] = under.orders();
        expect(order!.referenceDigests).toEqual(references.map(({ bytes }) => digestOf(bytes)));
        expect(effective.references.map(({ ids }) => ids)).toEqual(references.map(({ id }) => [id]));
        const places = references.map(({ name: called }, index) => {
          const line = order!.prompt.split('\n')[index]!;
          return line.includes(String(index + 1)) && line.includes(called);
        });
        expect(places).toEqual(references.map(() => true));
        const isDeclared = references.length > 0 && model.referenceEncoding === 'base64';
        expect(isInBase64(order!, references)).toBe(isDeclared);
        expect(order!.prompt).toContain('They meet on a bridge');
      });

      it('sends the seed where it takes one, and says so where it takes none', async () => {
        const model = modelOf(under, modelName);
        const { effective } = await under.provider.generate(await requestFor(under, model), contextFor());
        expect(under.orders()[0]!.seed).toBe(model.takesSeed ? 12_345 : undefined);
        expect(effective.seed).toBe(model.takesSeed ? 12_345 : undefined);
        if (!model.takesSeed) expect(effective.warnings.join()).toContain('no seed');
      });

      it('refuses one reference too many without asking, and says what to do', async () => {
        const model = modelOf(under, modelName);
        const references = await referencesFor(under, model, model.maxReferences + 1);
        const request = await requestFor(under, model, { references });
        const refusal = { code: 'INVALID_ARGUMENT', outcome: 'not_sent', violations: [{ field: 'references' }] };
        await expect(under.provider.generate(request, contextFor())).rejects.toMatchObject(refusal);
        expect(() => under.provider.plan(request)).toThrow(/choose another model/);
        expect(under.requests('order')).toBe(0);
      });
    });

    it('refuses an unknown model, an empty prompt and an impossible size without asking', async () => {
      const request = await requestFor(under);
      const size = { widthPx: 0, heightPx: 720 };
      for (const changes of [{ model: 'no-such-model' }, { prompt: ' ' }, { size }]) {
        const refusal = { code: 'INVALID_ARGUMENT', outcome: 'not_sent' };
        await expect(under.provider.generate({ ...request, ...changes }, contextFor())).rejects.toMatchObject(refusal);
      }
      expect(under.requests('order')).toBe(0);
    });

    it('is checked without buying anything', async () => {
      const { checked, note } = await under.provider.check(new AbortController().signal);
      expect(['access', 'configuration']).toContain(checked);
      expect(note).not.toContain(under.key);
      expect(under.orders()).toHaveLength(0);
    });

    it('leaves no connection open once it is closed', async () => {
      await under.provider.generate(await requestFor(under), contextFor());
      await under.provider.close();
      while ((await under.connections()) > 0) await new Promise(setImmediate);
    });

    describeFailures(() => under);
    for (const model of models.filter(({ isAsync }) => isAsync).slice(0, 2)) describeTasks(model.name, () => under);
  });
}

/** Whether an order is as large as its references are in base64: budgets count what the model's table says of that. */
function isInBase64({ bodySizeBytes }: AcceptedOrder, references: readonly ImageProviderReference[]): boolean {
  const sizeBytes = references.reduce((sum, { bytes }) => sum + 4 * Math.ceil(bytes.byteLength / 3), 0);
  return references.length > 0 && bodySizeBytes >= sizeBytes;
}
