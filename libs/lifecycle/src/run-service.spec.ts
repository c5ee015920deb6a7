import { EXIT_CODES } from './index.ts';
import { startProgram } from './program.fixture.ts';

const READY = `part('store'); part('server'); say('ready');`;
/** Ends neither by itself nor by signals. */
const STUCK = `part('stuck', () => new Promise(() => {})); say('ready');`;

describe('runService', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s in the reverse order of construction', async (signal) => {
    const { child, said, end } = startProgram(READY);
    await said('ready');
    child.kill(signal);
    expect(await end).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'ready',
        `info tester is stopping {"reason":"${signal}"}`,
        'disposing server',
        'disposed server',
        'disposing store',
        'disposed store',
      ],
    });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends at once when %s comes a second time', async (signal, code) => {
    const { child, said, end } = startProgram(STUCK);
    await said('ready');
    child.kill(signal);
    await said('disposing stuck');
    // Echoes of the first one do not count, so it is sent until it does.
    const again = setInterval(() => child.kill(signal), 50);
    const result = await end;
    clearInterval(again);
    expect([result.code, result.stdout.at(-1)]).toEqual([code, 'disposing stuck']);
  });

  it('takes a signal that comes twice at the same time, and one of the other kind, for one', async () => {
    const { child, said, end } = startProgram(
      `part('store', () => new Promise((resolve) => process.once('message', resolve))); say('ready');`,
    );
    await said('ready');
    child.kill('SIGINT');
    await said('disposing store');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.send('all work is done');
    expect((await end).code).toBe(0);
  });

  it('tells a start that takes long that it is not wanted any more, and disposes what it has built', async () => {
    const { child, said, end } = startProgram(
      `part('store'); say('building');
       await new Promise((_resolve, reject) => stopping.addEventListener('abort', () => reject(stopping.reason)));`,
    );
    await said('building');
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await end;
    expect([code, stderr, stdout.at(-1)]).toEqual([0, '', 'disposed store']);
  });

  it('gives up when the grace time is over', async () => {
    const { child, said, end } = startProgram(`${STUCK} return { graceMs: 1 };`);
    await said('ready');
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    expect([code, stdout.at(-1)]).toEqual([
      EXIT_CODES.graceExceeded,
      'error tester did not stop in time {"grace_ms":1}',
    ]);
  });

  it('disposes the other parts when one fails to stop, and says so', async () => {
    const { child, said, end } = startProgram(
      `part('store'); part('server', async () => { throw new Error('port stuck'); }); say('ready');`,
    );
    await said('ready');
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    expect(code).toBe(1);
    expect(stdout.slice(-2)).toEqual(['disposed store', 'error tester could not stop in order port stuck']);
  });

  it.each([
    ['uncaughtException', `setImmediate(() => { throw new Error('out of order'); });`],
    ['unhandledRejection', `void Promise.reject(new Error('out of order'));`],
  ])('logs an %s and stops in order with code 70', async (event, cause) => {
    const { code, stdout } = await startProgram(`${READY} ${cause}`).end;
    expect(code).toBe(EXIT_CODES.crashed);
    expect(stdout).toContain(`error tester met an ${event} out of order`);
    expect(stdout.at(-1)).toBe('disposed store');
  });

  it('stops in order when its parent is gone, if asked to', async () => {
    const { child, said, end } = startProgram(`${READY} return { exitWithParent: true };`);
    await said('ready');
    child.disconnect();
    const { code, stdout } = await end;
    expect([code, stdout.at(-1)]).toEqual([0, 'disposed store']);
    expect(stdout).toContain('info tester is stopping {"reason":"the parent process is gone"}');
  });

  it('notices the end of a parent that it has no channel to', async () => {
    const { child, said, end } = startProgram(`${READY} return { exitWithParent: true };`, { underShell: true });
    await said('ready');
    child.kill('SIGKILL');
    expect((await end).stdout.at(-1)).toBe('disposed store');
  });

  it('goes by its name', async () => {
    const { child, said, end } = startProgram(`${READY} say('title ' + process.title);`);
    await said('title tester');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  });
});

describe('a start that fails', () => {
  it('names every fault of the configuration on its own line and ends with 78', async () => {
    const { code, stdout, stderr } = await startProgram(
      `part('store');
       throw new FramesongError('the configuration is not valid: correct A, B', {
         code: 'INVALID_ARGUMENT', reason: 'CONFIGURATION_INVALID',
         violations: [{ field: 'A', description: 'is too large' }, { field: 'B', description: 'is missing' }],
       });`,
    ).end;
    expect(code).toBe(EXIT_CODES.misconfigured);
    expect(stderr).toBe(
      'tester cannot start: the configuration is not valid: correct A, B\n  A: is too large\n  B: is missing\n',
    );
    expect(stdout).toEqual(['disposing store', 'disposed store']);
  });

  it('gives the message with its causes and ends with 1 for anything else', async () => {
    const { code, stderr, stdout } = await startProgram(
      `part('store'); throw new Error('the port is taken', { cause: new Error('EADDRINUSE') });`,
    ).end;
    expect([code, stderr]).toEqual([1, 'tester cannot start: the port is taken, because: EADDRINUSE\n']);
    expect(stdout).toEqual(['error tester cannot start the port is taken', 'disposing store', 'disposed store']);
  });
});
