import { basename } from 'node:path';
import type { BatchEntry } from '@framesong/client';
import { invalidArgument, type FieldViolation } from '@framesong/errors';
import { readText } from '../files.ts';
import { fromProtoJson, type ReadableMessage } from './from-proto-json.ts';

/**
 * The items of a file with one JSON document per line: a request, or `{"label": ..., "request": ...}`. Empty lines are passed
 * over; without a label an item is named after its line.
 * @throws FramesongError INVALID_ARGUMENT with every faulty line at once
 */
export async function readRequests<T>(
  type: ReadableMessage<T>,
  path: string,
  prepare: (json: unknown) => unknown = (json) => json,
): Promise<BatchEntry<T>[]> {
  const faults: FieldViolation[] = [];
  const entries: BatchEntry<T>[] = [];
  const lines = (await readText('--requests', path)).split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    try {
      const { label, request } = entryOf(JSON.parse(line));
      entries.push({ label: label ?? `line ${index + 1}`, request: fromProtoJson(type, prepare(request)) });
    } catch (thrown) {
      faults.push({ field: `${basename(path)}:${index + 1}`, description: (thrown as Error).message });
    }
  }
  if (faults.length > 0) throw invalidArgument(faults);
  if (entries.length === 0) throw invalidArgument([{ field: '--requests', description: `${path} has no request` }]);
  return entries;
}

function entryOf(json: unknown): { readonly label?: string; readonly request: unknown } {
  if (typeof json !== 'object' || json === null) throw new Error('is no JSON object');
  if (!('request' in json)) return { request: json };
  const { label, request, ...others } = json as { label?: unknown; request: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`${unknown} is not known: an item has label and request`);
  if (label !== undefined && typeof label !== 'string') throw new Error('label must be a text');
  return { ...(label !== undefined && { label }), request };
}
