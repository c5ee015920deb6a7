import type { ServerEvent } from './http-call.ts';
import { serverEvents } from './sse.ts';

async function eventsOf(pieces: readonly (string | Uint8Array)[]): Promise<ServerEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece as string));
  }
  return Array.fromAsync(serverEvents(body()));
}

describe('a stream of server-sent events', () => {
  it('gives name, data and id', async () => {
    const events = await eventsOf(['event: done\nid: 7\ndata: {"a":\ndata: 1}\n\n', 'data: [DONE]\n\n']);
    expect(events).toEqual([
      { event: 'done', data: '{"a":\n1}', id: '7' },
      { event: 'message', data: '[DONE]' },
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('is the same wherever it is cut, with lines ended by %j', async (end) => {
    const text = `: comment${end}event: größe${end}data:图片${end}data: 2${end}${end}data: x${end}${end}`;
    const bytes = Buffer.from(text);
    const whole = await eventsOf([text]);
    expect(whole).toEqual([
      { event: 'größe', data: '图片\n2' },
      { event: 'message', data: 'x' },
    ]);
    for (let at = 1; at < bytes.length; at += 1) {
      expect(await eventsOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(await eventsOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('leaves out an event that nothing ended', async () => {
    expect(await eventsOf(['data: 1\n\ndata: 2\n'])).toEqual([{ event: 'message', data: '1' }]);
  });

  it('carries a picture of several megabytes in many pieces', async () => {
    const picture = Buffer.alloc(3 * 1024 ** 2, 'ab').toString('base64');
    const text = `data: ${picture}\n\n`;
    const pieces = Array.from({ length: Math.ceil(text.length / 4096) }, (_, index) =>
      text.slice(index * 4096, (index + 1) * 4096),
    );
    const [event] = await eventsOf(pieces);
    expect(event!.data === picture).toBe(true);
  });
});
