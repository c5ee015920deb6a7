import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCommandLine, type CommandLine } from './testing/command-line.ts';
import { matching } from './testing/matching.ts';
import { drawNoise, drawScene } from './testing/pictures.ts';
import { startStack, type Stack } from './testing/stack.ts';

describe('framesong', () => {
  let stack: Stack;
  let cli: CommandLine;

  beforeAll(async () => {
    stack = await startStack();
    cli = createCommandLine(stack.dataFolder, {
      compression: stack.compression.address,
      imageGeneration: stack.imageGeneration.address,
    });
    const photos = join(stack.dataFolder, 'photos');
    await mkdir(photos);
    await writeFile(join(photos, 'noise.png'), await drawNoise(300));
    await writeFile(join(photos, 'scene.jpg'), await drawScene());
    await writeFile(join(photos, 'broken.png'), 'this is no picture');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('image compress brings pictures under a size, and tells each with size, quality and time in a table', async () => {
    const words = ['image', 'compress', 'photos/n*.png', 'photos/scene.jpg', '--max-size', '20KB', '-o', 'small'];
    const { exitCode, stdout } = await cli.run(...words, '--format', 'webp,jpeg');
    expect(exitCode).toBe(0);
    const [header, ...rows] = stdout.trim().split('\n');
    expect(header).toMatch(/^file +before +after +pixels +quality +time +result$/);
    expect(rows[0]).toMatch(
      /^photos\/noise\.png +26\d KB +\d+(\.\d)? KB +\d+x\d+ +\d+ +\d+ ms +small\/noise\.(webp|jpg)$/,
    );
    expect(rows[1]).toMatch(/^photos\/scene\.jpg .* as it was +\d+ ms +small\/scene\.jpg$/);
    for (const name of await readdir(join(stack.dataFolder, 'small'))) {
      expect((await readFile(join(stack.dataFolder, 'small', name))).length).toBeLessThanOrEqual(20 * 1024);
    }
  });

  it('image compress goes on after a picture that is none, and ends with the code of that failure', async () => {
    const words = ['image', 'compress', 'photos/*', '--max-size', '20KB', '-o', 'rest', '--json', '--parallel', '2'];
    const { exitCode, stdout, stderr } = await cli.run(...words);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      images: [
        { input: 'photos/broken.png', error: { code: 'INVALID_ARGUMENT' } },
        { input: 'photos/noise.png', output: 'rest/noise.jpg', facts: { format: 'IMAGE_FORMAT_JPEG' } },
        { input: 'photos/scene.jpg', facts: { passthrough: true } },
      ],
    });
    expect(stderr).toMatch(/photos\/broken\.png: INVALID_ARGUMENT: .*does not begin like an image/);
  });

  it('image compress never writes over a source', async () => {
    const before = await readFile(join(stack.dataFolder, 'photos/scene.jpg'));
    const { exitCode, stderr } = await cli.run('image', 'compress', 'photos/scene.jpg', '-o', 'photos');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: matching(/could replace a source/) });
    expect((await readFile(join(stack.dataFolder, 'photos/scene.jpg'))).equals(before)).toBe(true);
  });

  it('image inspect tells what the header says', async () => {
    const { stdout } = await cli.run('image', 'inspect', 'photos/scene.jpg', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ format: 'IMAGE_FORMAT_JPEG', width: 320, height: 180 });
  });

  it('artifacts put stores a file that artifacts get and stat find, for its tenant only', async () => {
    const digest = (await cli.run('artifacts', 'put', 'photos/noise.png', '--media-type', 'image/png')).stdout.trim();
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await cli.run('artifacts', 'stat', digest)).stdout).toMatch(/ B, image\/png, of image$/m);
    expect((await cli.run('artifacts', 'get', digest, '-o', 'copy/noise.png')).exitCode).toBe(0);
    const [copy, source] = await Promise.all(
      ['copy/noise.png', 'photos/noise.png'].map((path) => readFile(join(stack.dataFolder, path))),
    );
    expect(copy!.equals(source!)).toBe(true);
    const other = await cli.run('artifacts', 'stat', digest, '--service', 'image', '--tenant', 'somebody-else');
    expect(other).toMatchObject({
      exitCode: 3,
      stderr: matching(/NOT_FOUND.*\n(.*\n)*trace: [0-9a-f]{32}/),
    });
  });

  it('jobs list shows what one service has when the other is away, and ends with 5', async () => {
    const submit = ['image', 'first-frame', '--scene', 'photos/scene.jpg', '--prompt', 'dusk', '--size', '160x96'];
    const { stdout } = await cli.run(...submit, '--detach', '--labels', 'film=list', '-o', 'unused.png');
    const jobId = stdout.trim();
    const both = await cli.run('jobs', 'list', '--json', '--labels', 'film=list');
    expect(both.exitCode).toBe(5);
    expect(JSON.parse(both.stdout)).toMatchObject({ jobs: [{ id: jobId }], errors: [{ code: 'UNAVAILABLE' }] });
    const image = await cli.run('jobs', 'list', '--service', 'image', '--labels', 'film=list');
    expect(image).toMatchObject({ exitCode: 0, stderr: '', stdout: matching(`\n${jobId} `) });
    const none = await cli.run('jobs', 'list', '--service', 'image', '--labels', 'film=other', '--json');
    expect(JSON.parse(none.stdout)).toEqual({ jobs: [] });
    await cli.run('jobs', 'wait', jobId);
  });

  it('health tells each service, and ends with 5 as long as one does not serve', async () => {
    const { exitCode, stdout } = await cli.run('health', '--json');
    expect(exitCode).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      services: [
        { service: 'compression', status: 'SERVING' },
        { service: 'image-generation', status: 'SERVING' },
        { service: 'music', status: 'UNREACHABLE' },
      ],
    });
    const served = stack.imageGeneration.address;
    expect(await cli.run('health', '--music-address', served)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('doctor says what is wrong and what to do', async () => {
    const { exitCode, stdout } = await cli.run('doctor', '--music-address', stack.compression.address);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/^good {2}Node: 24/m);
    expect(stdout).toMatch(/^good {2}image-generation engines: embedded\/compositor/m);
    expect(stdout).toMatch(
      /^BAD {3}music contract: framesong\.music\.v1\.MusicService.* is missing\n {6}-> another service/m,
    );
    expect((await cli.run('doctor')).stdout).toMatch(
      /^BAD {3}music: nothing listens on .*\n {6}-> start it with npm start/m,
    );
  });

  it.each([
    ['a job that does not exist', ['jobs', 'get', 'frame_01m80kq9etb0r9xydh3ph8npwz'], 3, /NOT_FOUND.*frame_01m80/],
    ['an id without known prefix', ['jobs', 'wait', 'film_1'], 2, /job_id: film_1 is no job id/],
    ['a service that is away', ['jobs', 'get', 'song_01m80kq9etb0r9xydh3ph8npwz'], 5, /UNAVAILABLE.*\n.*doctor/],
    ['a file that is not there', ['image', 'inspect', 'no.png'], 2, /file: no\.png does not exist/],
    ['a pattern without matches', ['image', 'compress', 'no/*.png', '-o', 'x'], 2, /no\/\*\.png matches no file/],
    ['an unknown command', ['image', 'paint'], 2, /unknown command 'paint'/],
    ['an unknown option', ['health', '--nope'], 2, /unknown option '--nope'/],
    ['a missing option', ['image', 'first-frame', '--scene', 'a'], 2, /required option '--prompt <text>'/],
    ['a value that is none', ['health', '--timeout', 'soon'], 2, /'--timeout <duration>' argument 'soon' is invalid/],
    ['an option without meaning', ['health', '--detach'], 2, /--detach: has no meaning for health/],
    [
      'lyrics and an instrumental',
      ['music', 'song', '--lyrics', 'a', '--instrumental', '-o', 'x'],
      2,
      /--instrumental/,
    ],
  ])('ends for %s with the exit code of its kind', async (_, words, exitCode, text) => {
    const ended = await cli.run(...words);
    expect(ended).toMatchObject({ exitCode, stdout: '', stderr: matching(text) });
    const json = await cli.run(...words, '--json');
    expect(json.exitCode).toBe(exitCode);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: matching(/^[A-Z_]+$/) } });
  });

  it('lists every fault of a request on a line of its own', async () => {
    const words = [
      'image',
      'first-frame',
      '--scene',
      'photos/scene.jpg',
      '--prompt',
      'x',
      '--size',
      '5x9000',
      '-o',
      'x',
    ];
    const { exitCode, stderr } = await cli.run(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^ {2}request\.size\S*: .*\n {2}request\.size\S*: /m);
  });
});
