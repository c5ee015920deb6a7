import { setEnvironmentDefaults } from './index.ts';

describe('setEnvironmentDefaults', () => {
  it('sets what is missing or empty and leaves what has a value', () => {
    const env = { KEPT: 'mine', EMPTY: '' };
    setEnvironmentDefaults({ KEPT: 'other', EMPTY: 'filled', NEW: 'new', NOTHING: undefined }, env);
    expect(env).toEqual({ KEPT: 'mine', EMPTY: 'filled', NEW: 'new' });
  });
});
