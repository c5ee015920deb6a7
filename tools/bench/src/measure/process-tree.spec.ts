import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuMsOfTrees, endedChildrenCpuMs, pssBytesOfTrees } from './process-tree.ts';

const BURN_300_MS =
  "const end = process.cpuUsage().user + 300_000; while (process.cpuUsage().user < end); process.stdout.write('done'); process.stdin.resume()";

const tests = process.platform === 'linux' ? onLinux : elsewhere;
describe('process tree', tests);

function elsewhere() {
  it('says that it needs /proc', () => {
    expect(() => cpuMsOfTrees([process.pid])).toThrow('/proc');
  });
}

function onLinux() {
  it('counts the CPU time and the memory of what a process started, while it lives and after', async () => {
    const before = cpuMsOfTrees([process.pid]);
    const endedBefore = endedChildrenCpuMs();
    const child = spawn(process.execPath, ['-e', BURN_300_MS], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');

    expect(cpuMsOfTrees([child.pid!])).toBeGreaterThanOrEqual(290);
    expect(cpuMsOfTrees([process.pid]) - before).toBeGreaterThanOrEqual(290);
    expect(pssBytesOfTrees([child.pid!])).toBeGreaterThan(1_000_000);

    child.stdin.end();
    await once(child, 'close');
    expect(endedChildrenCpuMs() - endedBefore).toBeGreaterThanOrEqual(290);
    expect(cpuMsOfTrees([process.pid]) - before).toBeGreaterThanOrEqual(290);
  });

  it('counts a process once that is named twice', () => {
    const single = pssBytesOfTrees([process.pid]);
    expect(pssBytesOfTrees([process.pid, process.pid])).toBeLessThan(1.5 * single);
  });
}
