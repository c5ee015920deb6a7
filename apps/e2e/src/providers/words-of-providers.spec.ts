import { errorOfRpcStatus } from '@framesong/rpc';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { ended, failure, generate, submit } from '../testing/first-frames.ts';
import { frameRequest, inline } from '../testing/frame-requests.ts';
import { startCollector, type Collector } from '../testing/otlp-collector.ts';
import { drawScene } from '../testing/pictures.ts';
import { startStack, type Stack } from '../testing/stack.ts';

/** Starting everything on a busy machine takes its time. */
const SLOW_MS = 90_000;
const PROMPT = 'A heron over the silver weir';

describe('what a provider says of a prompt', () => {
  let stack: Stack;
  let collector: Collector;
  let server: Server;

  beforeAll(async () => {
    // A provider that refuses each order and quotes what it was asked for.
    server = createServer((request, response) => {
      void json(request).then((body) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        const { prompt } = body as { readonly prompt: string };
        const message = `sensitive: ${prompt.slice(prompt.indexOf(PROMPT)).slice(0, 100)}`;
        response.end(JSON.stringify({ error: { message } }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    collector = await startCollector();
    stack = await startStack({
      ...collector.environment,
      FRAMESONG_JIEKOU_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      FRAMESONG_JIEKOU_API_KEY: 'key',
    });
  }, SLOW_MS);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
    server.close();
  }, SLOW_MS);

  it(
    'is told to the caller, and in no span and no log line',
    async () => {
      const request = frameRequest({
        scene: inline(await drawScene()),
        shot: { id: '', prompt: PROMPT, negativePrompt: '', style: '', characterIds: [] },
        provider: 'jiekou',
        model: 'nano-banana-pro-light-i2i',
      });
      const attached = await failure(generate(stack, request));
      expect(attached.message).toContain(PROMPT);
      const failed = await ended(stack, (await submit(stack, request)).id);
      const error = errorOfRpcStatus(failed.error!);
      expect(error).toMatchObject({ reason: 'PROVIDER_CONTENT_REFUSED' });
      expect(error.message).toContain(PROMPT);
      await collector.trace(failed.traceId, 'process first-frame.v1', 'generate_content nano-banana-pro-light-i2i');
      // What it exports at its end comes too.
      await stack.imageGeneration.end('SIGTERM');
      const bodies = collector.bodies.join('\n');
      expect(bodies).toContain('PROVIDER_CONTENT_REFUSED of jiekou, status 400');
      expect(bodies).not.toContain(PROMPT);
    },
    SLOW_MS,
  );
});
