import { deadlineExceeded, notFound } from '@framesong/errors';

import { addStages, configureLog, currentStages, errorType, recordStages, stage, type StageTiming } from './index.ts';
import { runProgram } from './program.fixture.ts';

beforeAll(() => configureLog('silent'));

/** The tree as lines: two spaces per level, the failure behind the name. */
function outline(stages: readonly StageTiming[]): string[] {
  return stages.map((s) => '  '.repeat(s.depth) + s.name + (s.errorType ? ` ${s.errorType}` : ''));
}

const nothing = () => Promise.resolve();

describe('stage', () => {
  it('returns what its function returns and passes a failure on unchanged', async () => {
    const failure = notFound('job', 'j1', 'look again');
    await expect(stage('a', {}, () => Promise.resolve(7))).resolves.toBe(7);
    await expect(stage('a', {}, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('names a failure by its status code', () => {
    expect(errorType(deadlineExceeded('late'))).toBe('DEADLINE_EXCEEDED');
    expect(errorType(AbortSignal.abort().reason)).toBe('CANCELLED');
    expect(errorType(new DOMException('late', 'TimeoutError'))).toBe('DEADLINE_EXCEEDED');
    expect(errorType(new TypeError('x'))).toBe('INTERNAL');
    expect(errorType(undefined)).toBe('INTERNAL');
  });

  it('writes one line with trace id, duration and the attributes of the span, and no prompt', async () => {
    const { lines, stdout } = await runProgram(
      `await start();
       await stage('work', { prompt: 'a red kite', 'framesong.queue.name': 'q' }, async (span) => {
         span.setAttribute('framesong.image.size', 12);
       });
       log.info({ request: { lyrics: 'la la la', headers: { Authorization: 'Bearer abc' } } }, 'asked');`,
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      level: 'info',
      msg: 'work',
      'framesong.stage': 'work',
      duration_ms: expect.any(Number) as unknown,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
      prompt: { size: 10 },
      'framesong.queue.name': 'q',
      'framesong.image.size': 12,
    });
    expect(stdout).not.toMatch(/red kite|la la|Bearer/);
  });

  it('writes the stack of a failure once, at the innermost stage', async () => {
    const { lines } = await runProgram(
      `const broken = async () => { throw new Error('wire cut'); };
       const cancelled = async () => { throw new DOMException('gone', 'AbortError'); };
       await stage('outer', {}, () => stage('inner', {}, broken)).catch(() => {});
       await stage('left', {}, cancelled).catch(() => {});`,
    );
    expect(
      lines.map(({ msg, level, 'error.type': type, err }) => ({ msg, level, type, hasStack: err !== undefined })),
    ).toEqual([
      { msg: 'inner failed', level: 'warn', type: 'INTERNAL', hasStack: true },
      { msg: 'outer failed', level: 'warn', type: 'INTERNAL', hasStack: false },
      { msg: 'left failed', level: 'info', type: 'CANCELLED', hasStack: true },
    ]);
  });
});

describe('recordStages', () => {
  it('gives the tree of nested, parallel and failed stages, depth first', async () => {
    const secondMayEnd = Promise.withResolvers<null>();
    const { value, stages } = await recordStages(async () => {
      await stage('prepare', {}, () =>
        Promise.all([
          stage('first', {}, () => secondMayEnd.promise.then(() => stage('first inner', {}, nothing))),
          stage('second', {}, () => stage('second inner', {}, nothing)).then(() => secondMayEnd.resolve(null)),
        ]),
      );
      await stage('generate', {}, () => Promise.reject(deadlineExceeded('late'))).catch(nothing);
      return 'done';
    });
    expect(value).toBe('done');
    expect(outline(stages)).toEqual([
      'prepare',
      '  first',
      '    first inner',
      '  second',
      '    second inner',
      'generate DEADLINE_EXCEEDED',
    ]);
  });

  it('measures offsets from its own start, and children lie within their parents', async () => {
    const { stages } = await recordStages(() => stage('outer', {}, () => stage('inner', {}, nothing)));
    const [outer, inner] = stages as [StageTiming, StageTiming];
    expect(outer.startOffsetMs).toBeGreaterThanOrEqual(0);
    expect(inner.startOffsetMs).toBeGreaterThanOrEqual(outer.startOffsetMs);
    expect(inner.startOffsetMs + inner.durationMs).toBeLessThanOrEqual(outer.startOffsetMs + outer.durationMs);
  });

  it('shows the ended stages while it still runs, and none outside', async () => {
    expect(currentStages()).toEqual([]);
    await recordStages(async () => {
      await stage('ended', {}, nothing);
      await stage('running', {}, async () => {
        await stage('ended inside', {}, nothing);
        expect(outline(currentStages())).toEqual(['ended', '  ended inside']);
      });
    });
  });

  it('keeps its stages for itself, and a surrounding recording sees them in their place', async () => {
    const outer = await recordStages(() =>
      stage('call', {}, () => recordStages(() => stage('work', {}, nothing)).then((inner) => inner.stages)),
    );
    expect(outline(outer.value)).toEqual(['work']);
    expect(outline(outer.stages)).toEqual(['call', '  work']);
  });

  it('keeps apart what runs at the same time', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => recordStages(() => stage(name, {}, nothing))));
    expect([outline(a!.stages), outline(b!.stages)]).toEqual([['a'], ['b']]);
  });
});

describe('addStages', () => {
  const remote: StageTiming[] = [
    { name: 'wait pool', startOffsetMs: 1, durationMs: 2, depth: 0 },
    { name: 'compress image', startOffsetMs: 3, durationMs: 4, depth: 0, errorType: 'INTERNAL' },
    { name: 'encode', startOffsetMs: 3, durationMs: 1, depth: 1 },
  ];

  it('grafts timings of another process under the stage that runs, from its start', async () => {
    const { stages } = await recordStages(async () => {
      await stage('before', {}, nothing);
      await stage('call', {}, async () => {
        addStages(remote);
        return nothing();
      });
    });
    expect(outline(stages)).toEqual(['before', 'call', '  wait pool', '  compress image INTERNAL', '    encode']);
    const [, call, wait] = stages as [StageTiming, StageTiming, StageTiming];
    expect(wait.startOffsetMs).toBeCloseTo(call.startOffsetMs + 1, 6);
    expect(wait.durationMs).toBeCloseTo(2, 6);
  });

  it('grafts them under an ended stage that is named', async () => {
    const { stages } = await recordStages(async () => {
      await stage('call', {}, nothing);
      await stage('after', {}, nothing);
      addStages(remote.slice(0, 1), 'call');
    });
    expect(outline(stages)).toEqual(['call', '  wait pool', 'after']);
  });

  it('puts them at the outermost level when no stage runs', async () => {
    const { stages } = await recordStages(async () => {
      addStages(remote.slice(0, 1));
      return nothing();
    });
    expect(outline(stages)).toEqual(['wait pool']);
  });
});
