import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { uploadArtifact } from '@framesong/client';
import type { FirstFrameRequest } from '@framesong/contracts/image/v1/first_frame';
import type { FramesongError } from '@framesong/errors';
import sharp from 'sharp';
import { downloaded } from './testing/downloaded.ts';
import { ended, failure, failureOfSubmitted, frameOf, generate, submit } from './testing/first-frames.ts';
import { byUrl, character, frameRequest, inline, uploaded } from './testing/frame-requests.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { startPictureServer, type PictureServer } from './testing/picture-server.ts';
import { drawFigure, drawScene, pngThatClaims, SVG_FILE } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';

const shotWith = (...characterIds: string[]) => ({
  id: '',
  prompt: 'Somebody at the roadside',
  negativePrompt: '',
  style: '',
  characterIds,
});

describe('a first frame that cannot be made', () => {
  let stack: Stack;
  let pictures: PictureServer;
  let canary: Canary;
  let scene: Buffer;
  let figure: Buffer;

  beforeAll(async () => {
    [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    pictures = await startPictureServer(scene);
    canary = await startCanary();
    stack = await startStack({ FRAMESONG_REFERENCE_HTTP: 'true', FRAMESONG_REFERENCE_ALLOW: pictures.host });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await pictures[Symbol.asyncDispose]();
    canary.close();
  });
  // Whatever was wrong: no job goes on, no worker is at work, no file is half written, and the next frame is made.
  afterEach(() => nothingLeft(stack));

  /** Both ways to ask fail in the same way: the call at once, the job at its end. */
  async function failures(request: FirstFrameRequest): Promise<FramesongError> {
    const attached = await failure(generate(stack, request));
    const submitted = await failureOfSubmitted(stack, request);
    expect(submitted).toMatchObject({ code: attached.code, reason: attached.reason, message: attached.message });
    expect(submitted.violations).toEqual(attached.violations);
    return attached;
  }

  it('says that the scene is missing, and how to give it', async () => {
    const error = await failures(frameRequest());
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request.scene' }] });
    expect(error.message).toMatch(/is missing; give the picture of the place as artifact, inline bytes or https_url/);
  });

  it('names a character that is in the shot without being described', async () => {
    const error = await failures(frameRequest({ scene: inline(scene), shot: shotWith('mei') }));
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'request.shot.character_ids[0]' }],
    });
    expect(error.message).toMatch(/mei is not among the characters; add it with its reference/);
  });

  it('names a character without reference', async () => {
    const error = await failures(frameRequest({ scene: inline(scene), characters: [character('mei', undefined)] }));
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      violations: [{ field: 'request.characters[0].reference' }],
    });
    expect(error.message).toMatch(/the picture of mei/);
  });

  it('says how many characters fit, when there are seven', async () => {
    const characters = Array.from({ length: 7 }, (_, index) => character(`c${index}`, inline(figure)));
    const error = await failures(frameRequest({ scene: inline(scene), characters }));
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'request.shot.character_ids' }] });
    expect(error.message).toMatch(/7 characters are in the shot, at most 6 fit; name at most 6/);
  });

  it('says how large a frame may be', async () => {
    const error = await failures(frameRequest({ scene: inline(scene), size: { width: 63, height: 4097 } }));
    expect(error.violations).toEqual([
      { field: 'request.size.width', description: 'must be 64 to 4096 pixels, is 63' },
      { field: 'request.size.height', description: 'must be 64 to 4096 pixels, is 4097' },
    ]);
  });

  it('lists the providers, when it is to be made by an unknown one', async () => {
    const error = await failures(frameRequest({ scene: inline(scene), provider: 'nobody' }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', resource: { type: 'model' } });
    expect(error.message).toMatch(/nobody.* does not exist: there are embedded\/compositor; ListImageModels/);
  });

  it('names all its faults at once', async () => {
    const error = await failures(
      frameRequest({
        shot: { ...shotWith('mei', 'tao'), prompt: ' ', negativePrompt: 'x'.repeat(2001) },
        characters: [character('mei', inline(Buffer.of()))],
        size: { width: 5000, height: 96 },
        provider: 'nobody',
        priority: 101,
        labels: new Map([['', 'x']]),
        expireTime: new Date(0),
        runTimeout: { seconds: 4000n, nanos: 0 },
        requestId: 'not/allowed',
      }),
    );
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.violations.map(({ field }) => field).toSorted()).toEqual([
      'request.characters[0].reference.inline',
      'request.expire_time',
      'request.labels',
      'request.priority',
      'request.provider',
      'request.request_id',
      'request.run_timeout',
      'request.scene',
      'request.shot.character_ids[1]',
      'request.shot.negative_prompt',
      'request.shot.prompt',
      'request.size.width',
    ]);
  });

  it('says that an artifact was never uploaded', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const error = await failures(frameRequest({ scene: uploaded(digest) }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', resource: { type: 'artifact', name: digest } });
    expect(error.message).toMatch(/upload it first/);
  });

  const truncated = () => scene.subarray(0, Math.floor(scene.length / 2));
  const files: readonly (readonly [string, () => Buffer, RegExp])[] = [
    ['is cut off', truncated, /damaged or truncated; JPEG, PNG/],
    ['is no picture', () => Buffer.from('once upon a time'.repeat(50)), /does not begin like an image; JPEG, PNG/],
    [
      'claims 60000 x 60000 pixels',
      () => pngThatClaims(60_000, 60_000),
      /60000 x 60000 .* at most 50000000 .* smaller/,
    ],
    ['is an SVG drawing', () => SVG_FILE, /SVG is not supported: JPEG, PNG/],
  ];
  describe.each(files)('because a reference %s', (_, bytesOf, words) => {
    it.each(['inline', 'uploaded'])('names its field and what to do, when it is %s', async (way) => {
      const { artifacts } = stack.framesong.imageGeneration;
      const bytes = bytesOf();
      const reference = way === 'inline' ? inline(bytes) : uploaded((await uploadArtifact(artifacts, bytes)).digest);
      const characters = [character('good', inline(figure)), character('bad', reference)];
      const error = await failures(frameRequest({ scene: inline(scene), characters }));
      expect(error).toMatchObject({
        code: 'INVALID_ARGUMENT',
        violations: [
          { field: 'request.characters[1].reference', description: expect.stringMatching(words) as unknown },
        ],
      });
      expect(error.message).toMatch(/^character bad: /);
    });
  });

  it('names every reference that is at fault, not only the first', async () => {
    const characters = [character('a', inline(SVG_FILE)), character('b', inline(truncated()))];
    const error = await failures(frameRequest({ scene: inline(pngThatClaims(60_000, 60_000)), characters }));
    expect(error.violations.map(({ field }) => field).toSorted()).toEqual([
      'request.characters[0].reference',
      'request.characters[1].reference',
      'request.scene',
    ]);
  });

  it('refuses an empty file, inline and as an upload', async () => {
    const error = await failures(frameRequest({ scene: inline(Buffer.of()) }));
    expect(error.violations).toEqual([
      { field: 'request.scene.inline', description: 'is empty; send the bytes of an image file' },
    ]);
    const { artifacts } = stack.framesong.imageGeneration;
    expect(await failure(uploadArtifact(artifacts, Buffer.of()))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  describe('because a reference lies on an address that is not public', () => {
    const addresses = () => [
      `http://127.0.0.1:${canary.port}/`,
      `https://127.0.0.1:${canary.port}/`,
      `http://2130706433:${canary.port}/`,
      `http://localhost:${canary.port}/`,
      `http://[::1]:${canary.port}/`,
      `https://[::1]:${canary.port}/`,
      `http://[::ffff:127.0.0.1]:${canary.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'https://169.254.169.254/latest/meta-data/',
      'http://10.0.0.1/',
      'https://10.0.0.1/',
    ];
    const forbidden = (error: FramesongError) => {
      expect(error).toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'REFERENCE_ADDRESS_FORBIDDEN',
        violations: [
          {
            field: 'request.scene',
            description: expect.stringMatching(/not on the public internet: give a public/) as unknown,
          },
        ],
      });
    };

    it('is refused without a connection there', async () => {
      await Promise.all(
        addresses().map(async (url) => forbidden(await failure(generate(stack, frameRequest({ scene: byUrl(url) }))))),
      );
      forbidden(await failures(frameRequest({ scene: byUrl(addresses()[0]!) })));
      expect(canary.connections).toBe(0);
    });

    it('is refused without a connection there, when a redirect leads to it', async () => {
      const redirects = addresses().map((url) => byUrl(pictures.url(`/to?${encodeURIComponent(url)}`)));
      await Promise.all(
        redirects.map(async (reference) =>
          forbidden(await failure(generate(stack, frameRequest({ scene: reference })))),
        ),
      );
      expect(canary.connections).toBe(0);
    });
  });

  it('says what a server answered that has no such picture', async () => {
    const error = await failures(frameRequest({ scene: byUrl(pictures.url('/missing?signature=secret')) }));
    expect(error).toMatchObject({ code: 'FAILED_PRECONDITION', metadata: { reference: 'request.scene' } });
    expect(error.message).toMatch(/status 404: check the URL or upload the picture/);
    expect(error.message).not.toContain('secret');
  });

  it('does no harm: the next one is made, also from a reference by URL', async () => {
    const request = frameRequest({
      scene: byUrl(pictures.url('/picture')),
      characters: [character('mei', byUrl(pictures.url(`/to?${encodeURIComponent('/picture')}`)))],
    });
    const frame = await generate(stack, request);
    expect(frame.references.map(({ role, characterId }) => [role, characterId])).toEqual([
      ['scene', ''],
      ['character', 'mei'],
    ]);
    const { info } = await sharp(await downloaded(stack, frame.image!.digest))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 160, height: 96 });
    const again = frameOf(await ended(stack, (await submit(stack, request)).id));
    expect(again.image!.digest).toBe(frame.image!.digest);
  });
});

/** A server on both loopback addresses that counts who connects. */
interface Canary {
  readonly port: number;
  readonly connections: number;
  close(): void;
}

async function startCanary(): Promise<Canary> {
  let connections = 0;
  const servers: Server[] = [];
  const listen = async (host: string, port: number) => {
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    servers.push(server);
    server.listen(port, host);
    // A machine without IPv6 has nothing to connect to there either.
    await Promise.race([once(server, 'listening'), once(server, 'error')]);
    return server;
  };
  const { port } = (await listen('127.0.0.1', 0)).address() as AddressInfo;
  await listen('::1', port);
  return {
    port,
    get connections() {
      return connections;
    },
    close: () => servers.forEach((server) => server.close()),
  };
}
