import type { ServerEvent } from './http-call.ts';

/** The events of a stream of server-sent events, as they come. HTML standard, "Interpreting an event stream". */
export async function* serverEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let fields = emptyFields();
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (fields.data.length > 0) yield eventOf(fields);
      fields = emptyFields();
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') fields.data.push(value);
    else if (name === 'event') fields.event = value;
    else if (name === 'id') fields.id = value;
  }
  // An event that no empty line ended is incomplete: it is dropped, as browsers do.
}

interface Fields {
  event: string;
  id: string | undefined;
  readonly data: string[];
}

function emptyFields(): Fields {
  return { event: '', id: undefined, data: [] };
}

function eventOf({ event, data, id }: Fields): ServerEvent {
  return { event: event === '' ? 'message' : event, data: data.join('\n'), ...(id !== undefined && { id }) };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Pieces of the line that has not ended: a picture in base64 comes in hundreds of them.
  let pieces: string[] = [];
  let endedWithCr = false;
  for await (const chunk of body) {
    let text = decoder.decode(chunk, { stream: true });
    if (endedWithCr && text.startsWith('\n')) text = text.slice(1);
    if (text === '') continue;
    endedWithCr = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    for (const [index, line] of lines.entries()) {
      pieces.push(line);
      if (index === lines.length - 1) break;
      yield pieces.join('');
      pieces = [];
    }
  }
}
