import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { createCommandLine, type CommandLine } from './testing/command-line.ts';
import { matching } from './testing/matching.ts';
import { nothingLeft } from './testing/leftovers.ts';
import { startPictureServer, type PictureServer } from './testing/picture-server.ts';
import { drawFigure, drawScene } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';

const SMALL = ['--prompt', 'Mei waits', '--size', '160x96', '--seed', '7', '-o', 'frame.png'];

describe('framesong image first-frame', () => {
  let stack: Stack;
  let pictures: PictureServer;
  let cli: CommandLine;

  beforeAll(async () => {
    const [scene, figure] = await Promise.all([drawScene(), drawFigure()]);
    pictures = await startPictureServer(scene);
    stack = await startStack({ FRAMESONG_REFERENCE_HTTP: 'true', FRAMESONG_REFERENCE_ALLOW: pictures.host });
    await writeFile(join(stack.dataFolder, 'scene.jpg'), scene);
    await writeFile(join(stack.dataFolder, 'mei.png'), figure);
    cli = createCommandLine(stack.dataFolder, {
      compression: stack.compression.address,
      imageGeneration: stack.imageGeneration.address,
    });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await pictures[Symbol.asyncDispose]();
  });
  beforeEach(() => pictures.hold());

  const sizeOf = async (name: string) => {
    const { width, height, format } = await sharp(await readFile(join(stack.dataFolder, name))).metadata();
    return `${format} ${width}x${height}`;
  };
  const jobIdIn = (text: string) => /frame_\w+/.exec(text)?.[0] ?? '';
  /** A command whose job waits for its scene. */
  const startHeld = async (...more: string[]) => {
    const running = cli.start('image', 'first-frame', '--scene', pictures.url('/held/scene.jpg'), ...SMALL, ...more);
    await running.saying(/fetch references/);
    await pictures.untilHeld(1);
    return running;
  };

  it('writes the frame and the preview, tells the stages, and shows progress line by line', async () => {
    const files = ['--scene', 'scene.jpg', '--character', 'mei=mei.png', '--preview', 'new/preview.jpg'];
    const { exitCode, stdout, stderr } = await cli.run('image', 'first-frame', ...files, ...SMALL);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: matching(/^first frame: job frame_/) });
    expect(await sizeOf('frame.png')).toBe('png 160x96');
    expect(await sizeOf('new/preview.jpg')).toMatch(/^jpeg /);
    expect(stdout).toMatch(/^frame\.png {2}160x96, .*, seed 7, by framesong-compositor/);
    expect(stdout).toMatch(/compose +\d+ m?s +\|[ #]+\|/);
    const stages = stderr.split('\n').filter((line) => line.includes(' %  '));
    const names = stages.map((line) => line.replace(/^first frame: \d+ % {2}/, '').replace(/ {2}.* left$/, ''));
    expect(names).toEqual(
      expect.arrayContaining(['queued', 'fetch references', 'prepare references', 'generate_content']),
    );
    // The first one: nobody knows yet how long such frames take here.
    expect(stderr).toMatch(/queued {2}place \d+, usually \S+ s to \d min \d\d s left/);
    expect(stderr).toMatch(
      /^first frame: Such work usually takes \d+ to \d min more\..* its id finds it again at any time\.$/m,
    );
    expect(stderr).not.toContain('\u001b');
  });

  it('prints one JSON document with --json, in which 64-bit numbers are texts and bytes are left out', async () => {
    const words = ['image', 'first-frame', '--scene', 'scene.jpg', ...SMALL, '--json', '--labels', 'film=one,shot=2'];
    const { exitCode, stdout } = await cli.run(...words);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'frame.png',
      sizeBytes: expect.any(Number) as unknown,
      job: {
        state: 'JOB_STATE_SUCCEEDED',
        lastSequence: matching(/^\d+$/),
        labels: { film: 'one', shot: '2' },
        runTime: matching(/^\d+(\.\d+)?s$/),
        createTime: matching(/^\d{4}-.*Z$/),
        result: {
          '@type': 'type.googleapis.com/framesong.image.v1.FirstFrame',
          seed: 7,
          image: { sizeBytes: matching(/^\d+$/), mediaType: 'image/png' },
        },
      },
    });
  });

  it('takes an earlier result with --reuse, of other words where that is said, and tells whose it is', async () => {
    const words = ['image', 'first-frame', '--scene', 'scene.jpg', ...SMALL];
    const first = jobIdIn((await cli.run(...words, '--prompt', 'Mei waits for the last bus')).stderr);
    const again = await cli.run(...words, '--prompt', 'mei waits for the first bus', '--reuse', '0.2', '--json');
    const { job } = JSON.parse(again.stdout) as { readonly job: { readonly id: string; readonly reuse: object } };
    expect(job.reuse).toMatchObject({ outcome: 'REUSE_OUTCOME_HIT', jobId: first });
    const { stdout } = await cli.run('jobs', 'get', job.id);
    expect(stdout).toContain(`that of job ${first}, whose words differ by 17 %`);
    const refused = await cli.run(...words, '--reuse', '0.9');
    expect(refused.stderr).toContain('Expected a number from 0 to 0.5');
  });

  it('writes small candidates with --confirm-first, and says how image confirm makes one of them in full, which it does', async () => {
    const words = ['image', 'first-frame', '--scene', 'scene.jpg', ...SMALL, '--size', '1280x720', '-o', 'small.png'];
    const previews = await cli.run(...words, '--candidates', '2', '--confirm-first', '--expires-after', '1h');
    expect(previews).toMatchObject({ exitCode: 0, stdout: matching(/^small-1\.png .*\nsmall-2\.png .* seed 8,/) });
    expect(await Promise.all(['small-1.png', 'small-2.png'].map(sizeOf))).toEqual(['png 640x360', 'png 640x360']);
    const [, id] = /framesong image confirm (frame_\w+) --candidate 1 -o/.exec(previews.stdout) ?? [];
    const confirmed = await cli.run(
      'image',
      'confirm',
      id!,
      '--candidate',
      '2',
      '--size',
      '320x180',
      '-o',
      'large.png',
    );
    expect(confirmed).toMatchObject({
      exitCode: 0,
      stdout: matching(new RegExp(`^large\\.png {2}320x180, .*, seed 8, .*\\ncandidate 2 of ${id!}: `)),
    });
    expect(await sizeOf('large.png')).toBe('png 320x180');
    const none = await cli.run('image', 'confirm', id!, '-o', 'none.png');
    expect(none).toMatchObject({ exitCode: 2, stderr: matching(/candidate must be 1 to 2|candidate: must be 1 to 2/) });
  });

  it('prints each event as a line of JSON with --watch, and the result as the last line', async () => {
    const { stdout } = await cli.run('image', 'first-frame', '--scene', 'scene.jpg', ...SMALL, '--watch');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const events = lines.slice(0, -1);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => String(index + 1)));
    expect(events.at(-1)).toMatchObject({ state: 'JOB_STATE_SUCCEEDED', percent: 100 });
    expect(lines.at(-1)).toMatchObject({ file: 'frame.png' });
  });

  it('leaves the job at work on Ctrl-C and says how to come back, which jobs watch then does', async () => {
    const running = await startHeld();
    running.interrupt();
    const { exitCode, stdout, stderr } = await running.ended;
    const jobId = jobIdIn(stderr);
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
    expect(stderr).toMatch(new RegExp(`goes on\\. Come back with: framesong jobs watch ${jobId}`));
    const back = cli.start('jobs', 'watch', jobId, '--watch');
    await back.saying(/fetch references/);
    pictures.release();
    const ended = await back.ended;
    expect(ended.exitCode).toBe(0);
    const last = ended.stdout.trim().split('\n').at(-1)!;
    expect(JSON.parse(last)).toMatchObject({ id: jobId, state: 'JOB_STATE_SUCCEEDED' });
  });

  it('cancels the job on Ctrl-C with --cancel-on-interrupt', async () => {
    const running = await startHeld('--cancel-on-interrupt');
    running.interrupt();
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/job frame_\w+ is cancelled/);
    const wait = await cli.run('jobs', 'wait', jobIdIn(stderr), '--json');
    expect(wait.exitCode).toBe(9);
    expect(JSON.parse(wait.stdout)).toMatchObject({ state: 'JOB_STATE_CANCELLED' });
    await nothingLeft(stack);
  });

  it('ends with 6 when --timeout passes, and leaves the job', async () => {
    const running = await startHeld('--timeout', '4s');
    const { exitCode, stderr } = await running.ended;
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/DEADLINE_EXCEEDED: .* goes on\. Come back with: framesong jobs watch frame_/);
    const cancel = await cli.run('jobs', 'cancel', jobIdIn(stderr), '--json');
    expect(JSON.parse(cancel.stdout)).toMatchObject({ state: 'JOB_STATE_CANCELLED' });
  });

  it('prints the id of the job and goes with --detach; the same --request-id names the same job', async () => {
    const words = ['image', 'first-frame', '--scene', 'scene.jpg', ...SMALL, '--detach', '--request-id', 'again'];
    const first = await cli.run(...words);
    expect(first).toMatchObject({ exitCode: 0, stdout: matching(/^frame_\w+\n$/) });
    expect((await cli.run(...words)).stdout).toBe(first.stdout);
    const wait = await cli.run('jobs', 'wait', first.stdout.trim());
    expect(wait).toMatchObject({ exitCode: 0, stdout: matching(/state +succeeded/) });
    const other = await cli.run(...words, '--style', 'night');
    expect(other).toMatchObject({ exitCode: 4, stderr: matching(/ALREADY_EXISTS/) });
  });

  it('names the fallbacks with their fault when one is not known, and when none is needed', async () => {
    const fallbacks = ['--fallback', 'nobody/model-1', 'embedded'];
    const { exitCode, stderr } = await cli.run('image', 'first-frame', '--scene', 'scene.jpg', ...SMALL, ...fallbacks);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/request\.fallback_providers: the embedded engine needs none/);
    expect(stderr).toMatch(/request\.fallback_providers\[0\]: nobody\/model-1 is not known/);
    expect(stderr).toMatch(/request\.fallback_providers\[1\]: embedded\/compositor is there twice/);
  });

  it('ends with 9 when the job fails, and says why with the trace id', async () => {
    const scene = ['--scene', pictures.url('/missing')];
    const { exitCode, stderr } = await cli.run('image', 'first-frame', ...scene, ...SMALL);
    expect(exitCode).toBe(9);
    expect(stderr).toMatch(/framesong: [A-Z_]+: .*404/);
    expect(stderr).toMatch(/\ntrace: [0-9a-f]{32}\n/);
  });
});
