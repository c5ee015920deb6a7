import { environmentWithFlags } from './index.ts';

const FLAGS = { role: 'FRAMESONG_TEST_ROLE' };

describe('flags of the command line', () => {
  it('stand over the environment, in both forms of a flag', () => {
    const env = { FRAMESONG_TEST_ROLE: 'all', OTHER: 'stays' };
    expect(environmentWithFlags(FLAGS, ['--role', 'api'], env)).toEqual({ FRAMESONG_TEST_ROLE: 'api', OTHER: 'stays' });
    expect(environmentWithFlags(FLAGS, ['--role=worker'], env)).toMatchObject({ FRAMESONG_TEST_ROLE: 'worker' });
    expect(environmentWithFlags(FLAGS, [], env)).toEqual(env);
  });

  it.each([[['--rol', 'api']], [['--role']], [['worker']]])('refuse %j and say which there are', (args) => {
    const parse = (): unknown => environmentWithFlags(FLAGS, args, {});
    expect(parse).toThrow(/there is --role$/);
  });
});
