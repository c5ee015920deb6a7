import type { ServerResponse } from 'node:http';
import type { EmulatedAnswer, EmulatedProvider } from '../emulated-provider.ts';
import type { FaultLine } from './fault-script.ts';

/** What a fault does to one request: instead of the route, or to the answer of the route. */
export interface Strike {
  /** An answer in place of the route's: nothing is accepted. */
  readonly instead?: EmulatedAnswer;
  /** How the route's own answer is spoilt; the order was accepted. */
  readonly spoil?: (answer: EmulatedAnswer) => EmulatedAnswer;
  /** How the answer is sent: whole, or in a way that never ends well. */
  readonly delivery?: 'never' | 'drip' | 'cut' | 'drop' | 'endless';
  /** Drops the connection before the request is looked at. */
  readonly dropsBefore?: boolean;
}

const PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
const html = { 'content-type': 'text/html; charset=utf-8' };

/** The meaning of each fault, the same for all providers. */
export function strikeOf(line: FaultLine, provider: EmulatedProvider): Strike {
  const refuse = (status: number, code: string, message: string, headers: Record<string, string> = {}): Strike => ({
    instead: { status, headers, json: provider.refusal(status, { code, message }) },
  });
  switch (line.kind) {
    case 'unauthorized':
      return refuse(401, 'UNAUTHORIZED', 'invalid api key');
    case 'no_balance':
      return refuse(402, 'NOT_ENOUGH_BALANCE', 'not enough balance');
    case 'forbidden':
      return refuse(403, 'MODEL_ACCESS_DENIED', 'the account may not use this model');
    case 'bad_request':
      return refuse(400, 'INVALID_REQUEST_BODY', 'a field has the wrong form');
    case 'rate_limit':
      return refuse(429, 'RATE_LIMIT_EXCEEDED', 'too many requests');
    case 'rate_limit_with_delay':
      return refuse(429, 'RATE_LIMIT_EXCEEDED', 'too many requests', { 'retry-after': '1' });
    case 'server_error':
      return refuse(500, 'INTERNAL_ERROR', 'something went wrong');
    case 'gateway_page':
      return { instead: { status: 502, headers: html, body: PAGE } };
    case 'plain_text_error':
      return { instead: { status: 503, headers: { 'content-type': 'text/plain' }, body: 'upstream connect error' } };
    case 'hang':
      return { delivery: 'never' };
    case 'slow_loris':
      return { delivery: 'drip' };
    case 'cut_body':
      return { delivery: 'cut' };
    case 'lost_answer':
      return { delivery: 'drop' };
    case 'reset_connection':
      return { dropsBefore: true };
    case 'wrong_type':
      return {
        spoil: () => ({ status: 200, headers: { 'content-type': 'image/png' }, body: Buffer.alloc(5000, '%PDF-1.7 ') }),
      };
    case 'html_with_200':
      return { instead: { status: 200, headers: html, body: PAGE } };
    case 'garbage_with_200':
      return { spoil: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"data": [' }) };
    case 'error_inside_200':
      return { instead: { status: 200, json: provider.errorInside200() } };
    case 'expired_url':
      return {
        instead: {
          status: 403,
          headers: { 'content-type': 'application/xml' },
          body: '<Error><Code>AccessDenied</Code></Error>',
        },
      };
    case 'redirect_elsewhere':
      return { instead: { status: 302, headers: { location: line.location ?? 'http://127.0.0.1:9/' }, body: '' } };
    case 'oversize':
      return { delivery: 'endless' };
    case 'stuck_status':
    case 'status_backwards':
    case 'no_progress':
    case 'socket_lost':
      return {};
  }
}

const DRIP_EVERY_MS = 20;
const EVENT_STREAM = 'text/event-stream';
const PIECE = Buffer.alloc(64 * 1024, 0x20);

/** Sends an answer as the strike wants it. Whatever does not end by itself ends with the connection. */
export async function deliver(
  response: ServerResponse,
  answer: EmulatedAnswer,
  delivery: Strike['delivery'],
): Promise<void> {
  if (delivery === 'never') return;
  if (delivery === 'drop') {
    response.destroy();
    return;
  }
  if (delivery === undefined && answer.events) return deliverEvents(response, answer);
  const body = answer.events ? await eventsOf(answer) : bodyOf(answer);
  const type = answer.events ? EVENT_STREAM : 'application/json';
  const headers = { 'content-type': type, ...answer.headers };
  if (delivery === 'endless') {
    deliverEndless(response, headers, body);
    return;
  }
  // Events come without a length, as from anybody who streams them.
  const length = answer.events ? {} : { 'content-length': body.length };
  response.writeHead(answer.status, { ...headers, ...length });
  if (delivery === undefined) {
    response.end(body);
  } else if (delivery === 'cut') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  } else {
    let at = 0;
    const timer = setInterval(() => response.write(body.subarray(at, (at += 1))), DRIP_EVERY_MS);
    response.once('close', () => clearInterval(timer));
  }
}

function bodyOf(answer: EmulatedAnswer): Buffer {
  if (answer.json !== undefined) return Buffer.from(JSON.stringify(answer.json));
  return typeof answer.body === 'string' ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
}

async function deliverEvents(response: ServerResponse, { status, headers, events }: EmulatedAnswer): Promise<void> {
  response.writeHead(status, { 'content-type': EVENT_STREAM, 'cache-control': 'no-cache', ...headers });
  for await (const event of events!) {
    if (response.destroyed) return;
    response.write(eventText(event));
  }
  response.end();
}

async function eventsOf({ events }: EmulatedAnswer): Promise<Buffer> {
  const texts = await Array.fromAsync(events!, eventText);
  return Buffer.from(texts.join(''));
}

function eventText({ event, data }: { readonly event?: string; readonly data: string }): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

function deliverEndless(response: ServerResponse, headers: Record<string, string>, body: Buffer): void {
  response.writeHead(200, headers);
  response.write(body);
  const more = (): void => {
    while (!response.destroyed && response.write(PIECE));
  };
  response.on('drain', more);
  more();
}
