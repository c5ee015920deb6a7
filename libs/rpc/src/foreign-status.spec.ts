import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { openChannel } from './channel.ts';
import { createClient } from './client.ts';
import { rejection } from './testing/test-server.ts';

const METHOD = 'framesong.artifact.v1.ArtifactService/StatArtifact';

describe('what a client is told', () => {
  async function faultOf(answer: (stream: ServerHttp2Stream) => void, timeoutMs = 5_000): Promise<unknown> {
    const server = createServer();
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      answer(stream);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const channel = openChannel(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    const fault = await rejection(
      createClient(channel, ArtifactServiceService).statArtifact({ digest: '' }, { timeoutMs }),
    );
    channel.close();
    server.close();
    return fault;
  }

  it.each([
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
    ['CANCEL, as a server does that is forced to close', constants.NGHTTP2_CANCEL],
    ['ENHANCE_YOUR_CALM', constants.NGHTTP2_ENHANCE_YOUR_CALM],
    ['REFUSED_STREAM', constants.NGHTTP2_REFUSED_STREAM],
  ])('when the stream is reset with %s: UNAVAILABLE, a repeat may succeed', async (_, code) => {
    expect(await faultOf((stream) => stream.close(code))).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('when the connection breaks: UNAVAILABLE', async () => {
    expect(await faultOf((stream) => stream.session?.socket.destroy())).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('when nobody answers in time: DEADLINE_EXCEEDED, naming method and server', async () => {
    expect(await faultOf(() => undefined, 50)).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringMatching(`^${METHOD}: 127.0.0.1:\\d+ did not answer within the deadline$`) as unknown,
    });
  });

  it('when another server answers without rich details: its code and text', async () => {
    const answer = (stream: ServerHttp2Stream) =>
      stream.respond(
        { 'content-type': 'application/grpc', 'grpc-status': '9', 'grpc-message': 'not%20now' },
        { endStream: true },
      );
    expect(await faultOf(answer)).toMatchObject({ code: 'FAILED_PRECONDITION', message: 'not now' });
  });

  it('when nobody listens: UNAVAILABLE with advice', async () => {
    const channel = openChannel('127.0.0.1:1');
    const fault = await rejection(createClient(channel, ArtifactServiceService).statArtifact({ digest: '' }));
    expect(fault).toMatchObject({ code: 'UNAVAILABLE', reason: 'UNREACHABLE', retryAfterMs: 500 });
    channel.close();
  });
});
