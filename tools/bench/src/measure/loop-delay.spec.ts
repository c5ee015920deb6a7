import { join } from 'node:path';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startNode } from '../processes/node-process.ts';
import { withLoopDelays } from './loop-delay.ts';

describe('loop delay', () => {
  it('shows how long a process was held up during the work, and forgets what was before', async () => {
    await using folder = await makeBenchFolder();
    const file = join(import.meta.dirname, 'held-up-loop.fixture.ts');
    await using held = startNode({ name: 'held', file, folder: folder.path });
    await held.message('ready');

    const first = await withLoopDelays([held], () => held.ask({ kind: 'hold up' }, 'held up'));
    expect(first.delays[0]!.maxMs).toBeGreaterThan(350);

    const second = await withLoopDelays([held], () => held.ask({ kind: 'turn' }, 'turned'));
    expect(second.delays[0]!.maxMs).toBeLessThan(first.delays[0]!.maxMs);
  });
});
