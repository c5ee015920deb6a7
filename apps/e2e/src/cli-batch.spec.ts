import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCommandLine, type CommandLine } from './testing/command-line.ts';
import { matching } from './testing/matching.ts';
import { drawScene } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';

interface BatchJson {
  readonly batch: { readonly id: string; readonly accepted: number; readonly rejected: number };
  readonly items: readonly { readonly label: string; readonly jobId?: string; readonly state?: string }[];
}

describe('framesong with many jobs', () => {
  let stack: Stack;
  let cli: CommandLine;

  beforeAll(async () => {
    stack = await startStack();
    cli = createCommandLine(stack.dataFolder, { imageGeneration: stack.imageGeneration.address });
    const write = (name: string, lines: readonly unknown[]) =>
      writeFile(join(stack.dataFolder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join('\n'));
    const request = (more: object = {}) => ({
      shot: { prompt: 'A road in the hills' },
      scene: { file: 'scene.jpg' },
      size: { width: 160, height: 96 },
      preview: { enabled: false },
      ...more,
    });
    await writeFile(join(stack.dataFolder, 'scene.jpg'), await drawScene());
    await write('shots.ndjson', [request(), { label: 'no prompt', request: request({ shot: {} }) }, request()]);
    await write('typo.ndjson', [request(), request({ sceen: { file: 'scene.jpg' } }), 'text']);
    await write('unreachable.ndjson', [request({ scene: { httpsUrl: 'https://127.0.0.1/scene.jpg' } })]);
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('image batch makes a job of each line, lists what was rejected, and is joined by a repeat', async () => {
    const words = ['image', 'batch', '--requests', 'shots.ndjson', '--request-id', 'episode-1', '--json'];
    const first = await cli.run(...words);
    expect(first).toMatchObject({ exitCode: 9, stderr: matching(/batch: sending 3 items, request id episode-1/) });
    const report = JSON.parse(first.stdout) as BatchJson;
    expect(report).toMatchObject({
      batch: { accepted: 2, rejected: 1, complete: true, done: true, percent: 100 },
      items: [
        { label: 'line 1', state: 'JOB_STATE_SUCCEEDED' },
        { label: 'no prompt', error: { message: matching(/request\.shot\.prompt: is missing/) } },
        { label: 'line 5', state: 'JOB_STATE_SUCCEEDED' },
      ],
    });
    expect(JSON.parse((await cli.run(...words)).stdout)).toEqual(report);

    const shown = await cli.run('jobs', 'batch', report.batch.id, '--errors');
    // Music is away, and this one is at image-generation.
    expect(shown.exitCode).toBe(9);
    expect(shown.stdout).toMatch(/2 jobs, 100 %: 2 succeeded; 1 rejected/);
    expect(shown.stdout).toMatch(/^1 +no prompt +rejected/m);
    expect(shown.stdout).not.toMatch(/line 1/);
  });

  it('image batch tells every faulty line before anything is sent', async () => {
    const { exitCode, stderr } = await cli.run('image', 'batch', '--requests', 'typo.ndjson');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/typo\.ndjson:3: sceen.* is no field/);
    expect(stderr).toMatch(/typo\.ndjson:5: is no JSON object/);
  });

  it('jobs retry starts a failed job once more, and jobs delete removes one that has ended', async () => {
    const { stdout } = await cli.run('image', 'batch', '--requests', 'unreachable.ndjson', '--json');
    const jobId = (JSON.parse(stdout) as BatchJson).items[0]!.jobId!;
    const retried = await cli.run('jobs', 'retry', jobId, '--json');
    expect(retried.exitCode).toBe(0);
    expect((await cli.run('jobs', 'wait', jobId, '--json')).exitCode).toBe(9);
    expect(await cli.run('jobs', 'delete', jobId)).toMatchObject({ exitCode: 0, stdout: `${jobId} is deleted\n` });
    expect((await cli.run('jobs', 'get', jobId)).exitCode).toBe(3);
  });

  it('jobs queue shows how a queue stands and changes its limits; a service that is away is told', async () => {
    const changed = await cli.run(
      'jobs',
      'queue',
      'images',
      '--set-concurrency',
      '2',
      '--set-max-waiting',
      '7',
      '--json',
    );
    expect(JSON.parse(changed.stdout)).toMatchObject({ queues: [{ name: 'images', concurrency: 2, maxWaiting: 7 }] });
    const both = await cli.run('jobs', 'queue');
    expect(both.exitCode).toBe(5);
    expect(both.stdout).toMatch(/^images +0 +0 +2 +7 /m);
    expect(both.stderr).toMatch(/music: /);
    const reset = await cli.run('jobs', 'queue', 'images', '--reset', '--json');
    expect(JSON.parse(reset.stdout)).toMatchObject({ queues: [{ concurrency: 4, maxWaiting: 10_000 }] });
  });
});
