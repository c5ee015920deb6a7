import { backoffMs } from './backoff.ts';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('Sun, 22 Nov 2026 05:00:00 GMT');

describe('how long a server asks to wait', () => {
  it.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sun, 22 Nov 2026 05:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Sun, 22 Nov 2026 04:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '1250', 'retry-after': '9' }, 1250],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('%j is %s ms', (headers, expected) => {
    expect(retryAfterMs(headers, NOW)).toBe(expected);
  });
});

describe('the wait before a repeat', () => {
  it('is any time up to an end that doubles and is capped', () => {
    const rules = { firstMs: 100, maxMs: 500 };
    expect([1, 2, 3, 4, 9].map((attempt) => backoffMs(rules, attempt, () => 1))).toEqual([100, 200, 400, 500, 500]);
    expect(backoffMs(rules, 3, () => 0)).toBe(0);
    expect(backoffMs(rules, 3, () => 0.5)).toBe(200);
  });
});
