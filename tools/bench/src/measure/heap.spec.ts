import { join } from 'node:path';
import { makeBenchFolder } from '../processes/bench-folder.ts';
import { startNode } from '../processes/node-process.ts';
import { heapEnvironment, heldMemory } from './heap.ts';

const COUNT = 100_000;
const HOLD = { kind: 'hold', count: COUNT };

describe('held memory', () => {
  it('counts what a process holds on to, and not what it has let go of', async () => {
    await using folder = await makeBenchFolder();
    const file = join(import.meta.dirname, 'hoarding.fixture.ts');
    await using hoarding = startNode({ name: 'hoarding', file, folder: folder.path, environment: heapEnvironment });
    await hoarding.message('ready');

    const before = await heldMemory(hoarding);
    await hoarding.ask(HOLD, 'held');
    const after = await heldMemory(hoarding);

    const bytesEach = (after.usedBytes - before.usedBytes) / COUNT;
    // An object with one small integer takes 16 to 40 bytes, and its place in the array 4 or 8.
    expect(bytesEach).toBeGreaterThan(15);
    expect(bytesEach).toBeLessThan(100);
    expect(after.externalBytes).toBeGreaterThan(0);
  });
});
