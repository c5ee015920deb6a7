import { ATTR, ATTRIBUTES, EVENTS, METRICS, SPANS, STAGES } from './index.ts';

const metrics = Object.values(METRICS);

describe('the registry', () => {
  it.each([
    ['attribute', Object.values(ATTRIBUTES)],
    ['metric', metrics],
    ['stage', Object.values(STAGES)],
    ['span', Object.values(SPANS)],
    ['event', Object.values(EVENTS)],
  ])('names each %s once and says what it means', (_kind, entries) => {
    expect(new Set(entries.map((entry) => entry.name)).size).toBe(entries.length);
    for (const entry of entries) expect(entry.meaning).toMatch(/^\S.*\.$/);
  });

  it('gives attribute names by key', () => {
    expect(ATTR.queueName).toBe('framesong.queue.name');
    expect(Object.keys(ATTR)).toEqual(Object.keys(ATTRIBUTES));
  });

  it('gives every histogram rising boundaries, and every metric a unit', () => {
    for (const { unit, kind, boundaries = [] } of metrics) {
      expect(unit).toMatch(/^(s|By|1|\{[a-z]+\})$/);
      expect(boundaries).toEqual(boundaries.toSorted((a, b) => a - b));
      expect(boundaries.length > 0).toBe(kind === 'histogram');
    }
  });
});
