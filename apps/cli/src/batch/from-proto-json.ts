/** What the generated code offers for a type of message. */
export interface ReadableMessage<T> {
  fromJSON(json: unknown): T;
  toJSON(message: T): unknown;
}

/** Fields of requests that are durations, which proto3 JSON writes as `30s`. */
const DURATIONS = new Set(['runTimeout', 'duration']);

/**
 * A message from its proto3 JSON, with nothing passed over in silence.
 * @throws Error naming the first field that the message does not have, or whose value cannot be taken
 */
export function fromProtoJson<T>(type: ReadableMessage<T>, json: unknown): T {
  const readable = withDurations(json, '');
  const message = type.fromJSON(readable);
  const lost = firstLost(readable, type.toJSON(message), '');
  if (lost !== undefined) throw new Error(`${lost} is no field of the request, or has a value that it does not take`);
  return message;
}

function withDurations(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withDurations(item, ''));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withDurations(inner, field)]));
  }
  if (typeof value !== 'string' || !DURATIONS.has(name)) return value;
  const match = /^(-?\d+)(?:\.(\d{1,9}))?s$/.exec(value);
  if (!match) throw new Error(`${name} must look like 30s or 1.5s, is ${value}`);
  const [, seconds = '0', fraction = ''] = match;
  return { seconds, nanos: Number(fraction.padEnd(9, '0')) };
}

/** The path of the first value that the message did not take over; values that are defaults are left out by both. */
function firstLost(given: unknown, taken: unknown, path: string): string | undefined {
  if (isDefault(given)) return undefined;
  if (Array.isArray(given)) {
    return first(given.map((item, index) => () => firstLost(item, at(taken, index), `${path}[${index}]`)));
  }
  if (isObject(given)) {
    return first(
      Object.entries(given).map(
        ([name, inner]) =>
          () =>
            firstLost(inner, at(taken, name), path ? `${path}.${name}` : name),
      ),
    );
  }
  return taken === undefined ? path : undefined;
}

function first(looks: readonly (() => string | undefined)[]): string | undefined {
  for (const look of looks) {
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
}

function at(value: unknown, key: string | number): unknown {
  return isObject(value) || Array.isArray(value) ? (value as Record<string | number, unknown>)[key] : undefined;
}

function isDefault(value: unknown): boolean {
  return value === null || value === '' || value === 0 || value === false || value === '0';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
