import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { drawSample } from '@framesong/compositor';
import { startMusicStack, type MusicStack } from './testing/music-stack.ts';
import { startStack, type Stack } from './testing/stack.ts';
import { startToneEngine, type ToneEngineProcess } from './testing/tone-engine.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** A real grpcurl, where there is one; else `buf curl` under its name. */
const GRPCURL = process.env['FRAMESONG_GRPCURL'] ?? join(import.meta.dirname, 'testing/grpcurl-by-buf.sh');
const RUN_LIMIT_MS = 240_000;

/** A block of the page: one line to paste, and whether it is there to show an error. */
interface Block {
  readonly text: string;
  readonly fails: boolean;
}

describe('what the pages say to paste', () => {
  let stack: Stack;
  let musicStack: MusicStack;
  let engine: ToneEngineProcess;
  let folder: string;
  let page: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framesong-cookbook-'));
    [stack, musicStack, engine] = await Promise.all([startStack(), startMusicStack(), startToneEngine()]);
    page = await readFile(join(ROOT, 'docs/grpcurl.md'), 'utf8');
    const samples = join(folder, '.framesong/samples');
    await mkdir(samples, { recursive: true });
    const sample = await drawSample();
    await writeFile(join(samples, 'scene.jpg'), sample.scene.bytes);
    await writeFile(join(samples, 'friend-1.jpg'), sample.characters[0]!.bytes);
    await mkdir(join(folder, 'bin'));
    await symlink(GRPCURL, join(folder, 'bin/grpcurl'));
  }, 60_000);

  afterAll(async () => {
    await Promise.all([stack, musicStack, engine].map((running) => running[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true });
  }, 60_000);

  it(
    'docs/grpcurl.md: every line does what the page says when it is pasted, one after another',
    async () => {
      const blocks = blocksOf(page);
      const script = join(folder, 'page.sh');
      await writeFile(script, scriptOf(blocks, stack, musicStack, engine));
      await chmod(script, 0o700);
      const path = [join(folder, 'bin'), join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
      const { stdout } = await promisify(execFile)('bash', [script], {
        cwd: folder,
        env: { ...process.env, PATH: path },
        timeout: RUN_LIMIT_MS,
        maxBuffer: 64 * 1024 * 1024,
      });
      const outcomes = [...stdout.matchAll(/^### (\d+) (passed|failed)$/gm)].map(([, index, outcome]) => ({
        line: blocks[Number(index)]?.text,
        outcome,
      }));
      expect(outcomes).toEqual(blocks.map(({ text, fails }) => ({ line: text, outcome: fails ? 'failed' : 'passed' })));
    },
    RUN_LIMIT_MS,
  );

  it('README.md: the call gets the reply that stands there', async () => {
    const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    const [, call] = /```sh\n(npx buf curl .*)\n```/.exec(readme) ?? [];
    const [, reply] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-c', call!.replace('npx ', '').replace('127.0.0.1:50053', musicStack.music.address)],
      { env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}` } },
    );
    expect(JSON.parse(stdout)).toEqual(JSON.parse(reply!));
  });

  it('docs/grpcurl.md has a line for every RPC of the contract', async () => {
    for (const method of await methodsOfProtos()) expect(page).toContain(`/${method}`);
  });
});

async function methodsOfProtos(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('grep', ['-rhoE', '^  rpc [A-Za-z]+', join(ROOT, 'proto')]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/^ *rpc /, ''));
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```sh( fails)?\n([\s\S]*?)^```$/gm)].map(([, fails, text]) => ({
    text: text!.trim(),
    fails: fails !== undefined,
  }));
}

/** One shell session for the whole page, with the addresses of the running services. */
function scriptOf(
  blocks: readonly Block[],
  { compression, imageGeneration }: Stack,
  { music }: MusicStack,
  engine: ToneEngineProcess,
): string {
  const addresses = new Map([
    ['127.0.0.1:50051', compression.address],
    ['127.0.0.1:50052', imageGeneration.address],
    ['127.0.0.1:50053', music.address],
    ['127.0.0.1:50061', engine.address],
  ]);
  const lines = blocks.map(({ text }, index) => {
    let command = text;
    for (const [written, real] of addresses) command = command.replaceAll(written, real);
    return `if ${command.includes('()') ? `eval ${quoted(command)}` : `{ ${command.replaceAll('\n', '; ')}; }`}; then echo "### ${index} passed"; else echo "### ${index} failed"; fi`;
  });
  return ['set -uo pipefail', ...lines].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
