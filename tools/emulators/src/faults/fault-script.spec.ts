import { createFaultScript, FAULT_KINDS, parseFaultScript } from './fault-script.ts';

describe('a fault script', () => {
  it('strikes the requests that it names, in its order, as often as it says', () => {
    const script = createFaultScript([
      { kind: 'rate_limit', times: 1 },
      { kind: 'hang', after: 1, times: 1 },
      { kind: 'server_error', on: 'poll' },
    ]);
    const struck = (purpose: 'order' | 'poll' | 'result') => script.strike(purpose)?.kind;
    expect([struck('order'), struck('order'), struck('order'), struck('order')]).toEqual([
      'rate_limit',
      undefined,
      'hang',
      undefined,
    ]);
    expect([struck('poll'), struck('poll'), struck('result')]).toEqual(['server_error', 'server_error', undefined]);
  });

  it('tells quirks of tasks, which strike no single request', () => {
    const script = createFaultScript([{ kind: 'stuck_status', on: 'poll' }]);
    expect(script.quirk()).toBe('stuck_status');
    expect(script.strike('poll')).toBeUndefined();
    script.replace([]);
    expect(script.quirk()).toBeUndefined();
  });

  it('is read from JSON, and says what is wrong with it', () => {
    const lines = FAULT_KINDS.map((kind) => ({ kind }));
    expect(parseFaultScript(JSON.stringify(lines))).toEqual(lines);
    expect(() => parseFaultScript('{}')).toThrow('is a list of lines');
    expect(() => parseFaultScript('[{"kind": "hang"}, {"kind": "meteor"}]')).toThrow('line 2 names no known fault');
  });
});
