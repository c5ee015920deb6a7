import { EMULATORS, startEmulator, type Emulator } from '@framesong/emulators';
import { compressImage, uploadArtifact } from '@framesong/client';
import { BudgetEncoding } from '@framesong/contracts/compression/v1/compression_service';
import { JobState } from '@framesong/contracts/job/v1/job';
import sharp from 'sharp';
import { startChangingPicture, type ChangingPicture } from '../testing/changing-picture.ts';
import { compressionOptions } from '../testing/compression-calls.ts';
import { drawCrowd, drawPortrait, drawSky, similarity } from '../testing/compression-pictures.ts';
import { downloaded } from '../testing/downloaded.ts';
import { ended, failureOfSubmitted, frameOf, generate, submit } from '../testing/first-frames.ts';
import { byUrl, character, frameRequest, inline, uploaded } from '../testing/frame-requests.ts';
import { drawFigure, drawNoise, drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';
import { watching } from '../testing/watching.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const TOTAL_BYTES = 256 * 1024;
const MOST_BYTES = 100 * 1024;
/** Takes fourteen references, as base64 in JSON. */
const MANY = 'seedream-4.5';
/** Takes three. */
const FEW = 'flux-2-dev';
const OTHER_TENANT = { metadata: { 'framesong-tenant': 'somebody-else' } };
const SIZE = { width: 640, height: 360 };

describe('the references of a frame', () => {
  let stack: Stack;
  let jiekou: Emulator;
  let picture: ChangingPicture;
  let scene: Buffer;
  let figure: Buffer;

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    jiekou = await startEmulator(EMULATORS['jiekou']!);
    picture = await startChangingPicture(scene);
    stack = await startStack({
      FRAMESONG_JIEKOU_BASE_URL: jiekou.url,
      FRAMESONG_JIEKOU_API_KEY: jiekou.key,
      FRAMESONG_REFERENCE_HTTP: 'true',
      FRAMESONG_REFERENCE_ALLOW: picture.host,
      FRAMESONG_IMAGE_REFERENCES_BUDGET: `${TOTAL_BYTES / 1024}KB`,
      FRAMESONG_IMAGE_REFERENCE_BUDGET: `${MOST_BYTES / 1024}KB`,
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await picture[Symbol.asyncDispose]();
    await jiekou.close();
  }, SLOW_MS);
  beforeEach(() => {
    jiekou.paid.clear();
    Object.assign(picture.sent, { whole: 0, unchanged: 0 });
  });

  /** Log lines of the present image-generation process. */
  const lines = (name: string) => stack.imageGeneration.log.filter(({ msg }) => msg === name);
  /** How often a picture of so many bytes was compressed. */
  const compressions = (sizeBytes: number) =>
    stack.compression.log.filter(
      ({ msg, ...line }) => msg === 'compress image' && line['framesong.image.source.size'] === sizeBytes,
    ).length;

  it(
    'come to no more than their total as they are sent, base64 counted, and the worst looks better than with equal shares',
    async () => {
      const sources = await Promise.all([
        drawCrowd(900, 600),
        drawPortrait(450, 600),
        drawPortrait(460, 600),
        drawSky(900, 600),
        drawPortrait(470, 600),
        drawSky(800, 600),
        drawPortrait(480, 600),
      ]);
      const digests = await Promise.all(
        sources.map(async (bytes) => (await uploadArtifact(stack.framesong.imageGeneration.artifacts, bytes)).digest),
      );
      const frame = await generate(
        stack,
        frameRequest({
          scene: uploaded(digests[0]!),
          characters: digests.slice(1).map((digest, index) => character(`c${index + 1}`, uploaded(digest))),
          provider: 'jiekou',
          model: MANY,
          size: SIZE,
        }),
      );
      const [order] = jiekou.paid.all;
      expect(order!.referenceDigests).toHaveLength(sources.length);
      const promptBytes = Buffer.byteLength(JSON.stringify(order!.prompt));
      // What else stands in the body: the names of a few fields.
      expect(order!.bodySizeBytes).toBeLessThanOrEqual(TOTAL_BYTES + promptBytes + 200);

      const sent = frame.references.map(({ sentSizeBytes }) => Number(sentSizeBytes));
      const shares = frame.references.map(({ shareBytes }) => Number(shareBytes));
      const sum = (bytes: readonly number[]) => bytes.reduce((total, one) => total + one);
      expect(sum(sent)).toBeLessThanOrEqual(sum(shares));
      expect(sum(shares)).toBeLessThanOrEqual(TOTAL_BYTES);
      expect(sum(sent)).toBeGreaterThan(0.6 * TOTAL_BYTES);
      expect(order!.bodySizeBytes).toBeGreaterThan(sum(sent));
      expect(Math.max(...sent)).toBeLessThanOrEqual(MOST_BYTES);
      expect(frame.providerCall!.pictures.map(({ role }) => role)).toEqual(frame.references.map(({ role }) => role));

      const equal = compressionOptions({
        maxSizeBytes: BigInt(Math.floor(TOTAL_BYTES / sources.length)),
        budgetEncoding: BudgetEncoding.BASE64,
      });
      const ours: number[] = [];
      const theirs: number[] = [];
      for (const [index, source] of sources.entries()) {
        const { encoding, scale, prepared, sentSizeBytes } = frame.references[index]!;
        const bytes = await downloaded(stack, prepared!.digest);
        expect({ encoding, size: Number(sentSizeBytes) }).toEqual({
          encoding: 'base64',
          size: bytes.toString('base64').length,
        });
        expect(scale).toBeGreaterThan(0);
        ours.push(await similarity(source, bytes));
        theirs.push(await similarity(source, (await compressImage(stack.framesong.compression, source, equal)).bytes));
      }
      expect(Math.min(...ours)).toBeGreaterThan(Math.min(...theirs) + 0.03);
    },
    SLOW_MS,
  );

  it(
    'are compressed by one call, and after a crash only those that were not finished',
    async () => {
      const { digest } = await uploadArtifact(stack.framesong.imageGeneration.artifacts, await drawNoise(1500));
      const request = frameRequest({
        scene: uploaded(digest),
        characters: [character('mei', inline(await drawFigure('#117a65')))],
      });
      const { id } = await submit(stack, request);
      const watch = watching(stack, id);
      await watch.seen(({ message }) => message === 'reference 1 of 2 is ready');
      await stack.imageGeneration.end('SIGKILL');
      await stack.restartImageGeneration();
      await watch.all;
      const frame = frameOf(await ended(stack, id));
      expect(frame.references.map(({ role }) => role)).toEqual(['scene', 'character']);
      // Those of the second process.
      const roles = lines('prepare reference').map((line) => line['framesong.reference.role']);
      expect(roles).not.toContain('character');
    },
    SLOW_MS,
  );

  it(
    'that cannot be compressed are named by their field, nothing is ordered, and no other takes their place',
    async () => {
      const characters = [
        character('mei', inline(figure)),
        character('tao', inline(Buffer.from('this is a text and no image'))),
        character('lin', inline(figure)),
      ];
      const error = await failureOfSubmitted(
        stack,
        frameRequest({ scene: inline(scene), characters, provider: 'jiekou', model: MANY, size: SIZE }),
      );
      expect(error).toMatchObject({
        code: 'INVALID_ARGUMENT',
        violations: [{ field: 'request.characters[1].reference' }],
      });
      expect(jiekou.paid.all).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'from outside are downloaded once and compressed once for a whole batch, as long as they do not change',
    async () => {
      const request = () =>
        frameRequest({ scene: byUrl(picture.url), characters: [character('mei', byUrl(picture.url))] });
      const before = compressions(scene.length);
      const jobs = await Promise.all(Array.from({ length: 6 }, () => submit(stack, request())));
      for (const { id } of jobs) expect((await ended(stack, id)).state).toBe(JobState.SUCCEEDED);
      expect([picture.sent.whole, compressions(scene.length) - before]).toEqual([1, 1]);

      frameOf(await ended(stack, (await submit(stack, request())).id));
      expect([picture.sent.whole, compressions(scene.length) - before]).toEqual([1, 1]);
      expect(lines('prepare reference').at(-1)).toMatchObject({
        'framesong.cache.name': 'prepared references',
        'framesong.cache.result': 'hit',
      });
      const fetched = { 'framesong.reference.count': 2, 'framesong.cache.hits': 2 };
      expect(lines('fetch references').at(-1)).toMatchObject(fetched);

      picture.bytes = await sharp(scene).negate().jpeg().toBuffer();
      const changed = frameOf(await ended(stack, (await submit(stack, request())).id));
      const digests = changed.references.map(({ source }) => Number(source!.sizeBytes));
      expect(digests).toEqual([picture.bytes.length, picture.bytes.length]);
      expect(picture.sent.whole).toBe(2);
    },
    SLOW_MS,
  );

  it('from outside are not asked for while they are fresh, and each tenant has its own', async () => {
    picture.cacheControl = 'max-age=60';
    const request = frameRequest({ scene: byUrl(`${picture.url}?fresh`) });
    frameOf(await ended(stack, (await submit(stack, request)).id));
    frameOf(await ended(stack, (await submit(stack, request)).id));
    expect(picture.sent).toEqual({ whole: 1, unchanged: 0 });
    await generate(stack, request, OTHER_TENANT);
    expect(picture.sent).toEqual({ whole: 2, unchanged: 0 });
    expect(lines('prepare reference').at(-1)).toMatchObject({ 'framesong.cache.result': 'miss' });
  });

  it('that are too many for a model are refused with advice, or share a labelled picture where that is allowed', async () => {
    const ids = ['mei', 'tao', 'lin', 'wei'];
    const characters = await Promise.all(
      ids.map(async (id, index) => ({
        ...character(id, inline(await drawFigure(`#${index}0${index}0c0`))),
        name: `名字 ${id}`,
      })),
    );
    const request = (changes = {}) =>
      frameRequest({ scene: inline(scene), characters, provider: 'jiekou', model: FEW, size: SIZE, ...changes });
    const { models } = await stack.framesong.imageGeneration.rpc.listImageModels({});
    expect(models.find(({ model }) => model === FEW)).toMatchObject({ maxCharacters: 2, maxCharactersWithCollage: 6 });
    const refused = await failureOfSubmitted(stack, request());
    expect(refused).toMatchObject({ violations: [{ field: 'request.shot.character_ids' }] });
    expect(refused.message).toMatch(/at most 2 fit.*set allow_collage: up to 6 then share one labelled picture/);
    expect(jiekou.paid.all).toEqual([]);

    const frame = await generate(stack, request({ allowCollage: true }));
    const [order] = jiekou.paid.all;
    expect(order!.referenceDigests).toHaveLength(2);
    expect(order!.prompt).toMatch(/\nImage 2 shows 4 characters.*名字 mei, 名字 tao, 名字 lin, 名字 wei/);
    expect(frame.providerCall!.pictures.map(({ role, characterIds }) => [role, ...characterIds])).toEqual([
      ['scene'],
      ['collage', ...ids],
    ]);
    expect(frame.references.map(({ characterId }) => characterId)).toEqual(['', ...ids]);
    expect(frame.warnings.join()).toContain('the 4 characters are sent as one labelled picture');
  });

  it('that are too many even for a collage are refused', async () => {
    const request = frameRequest({
      scene: inline(scene),
      characters: [character('mei', inline(figure))],
      provider: 'jiekou',
      model: 'qwen-image-edit',
      allowCollage: true,
    });
    const refused = await failureOfSubmitted(stack, request);
    expect(refused).toMatchObject({ violations: [{ field: 'request.shot.character_ids' }] });
    expect(refused.message).not.toContain('allow_collage');
  });
});
