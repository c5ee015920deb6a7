import { submitFirstFrame, uploadArtifact } from '@framesong/client';
import type { FallbackProvider, ImageReference } from '@framesong/contracts/image/v1/first_frame';
import { invalidField } from '@framesong/errors';
import { durationOfMs } from '@framesong/rpc';
import type { Command } from 'commander';
import type { CliCommand } from '../cli-command.ts';
import { sizeOfFile } from '../files.ts';
import { finishFrame } from '../job/finish-frame.ts';
import { parseDurationMs, parseMoney, parsePixels, wholeNumber } from '../options/option-parsers.ts';
import { cacheOf, parseDistance, REUSE_OPTION } from '../options/reuse-option.ts';
import type { Session } from '../session.ts';

interface FirstFrameOptions {
  readonly scene: string;
  readonly character: readonly string[];
  readonly prompt: string;
  readonly style: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly seed?: number;
  readonly reuse?: number | true;
  readonly provider: string;
  readonly model: string;
  readonly fallback: readonly string[];
  readonly allowCollage?: true;
  readonly caption?: string;
  readonly candidates?: number;
  readonly confirmFirst?: true;
  readonly expiresAfter?: number;
  readonly maxCost?: { readonly currency: string; readonly amount: string };
  readonly preview?: string;
  readonly output: string;
}

/** `framesong image first-frame` */
export const imageFirstFrame: CliCommand = {
  define: (command: Command) =>
    void command
      .requiredOption('--scene <file>', 'picture of the place: a file, an address, or sha256:DIGEST of an artifact')
      .option('--character <name=file...>', 'somebody in the shot, from left to right; up to six', collect, [])
      .requiredOption('--prompt <text>', 'what is to be seen')
      .option('--style <text>', 'style in words: watercolour, night', '')
      .option('--size <pixels>', 'size of the frame (default: 1280x720)', parsePixels, { width: 1280, height: 720 })
      .option('--seed <number>', 'same seed, same picture (default: chosen)', wholeNumber(0, 4_294_967_295))
      .option('--provider <name>', 'who makes it (default: embedded)', '')
      .option('--model <name>', 'model of the provider (default: its own default)', '')
      .option(
        '--fallback <provider/model...>',
        'who is asked next when nothing was charged; in this order',
        collect,
        [],
      )
      .option('--allow-collage', 'send more characters than the model takes references as one labelled picture')
      .option('--caption <text>', 'written over the lower edge; Chinese or English')
      .option('--candidates <number>', 'how many pictures to choose from (default: 1)', wholeNumber(1, 8))
      .option('--confirm-first', 'make small previews only; framesong image confirm makes one of them in full')
      .option('--expires-after <duration>', 'for how long a preview can be confirmed (default: 24h)', parseDurationMs)
      .option('--max-cost <amount>', 'the most that the job may cost, as in 0.50 USD', parseMoney)
      .option(...REUSE_OPTION, parseDistance)
      .option('--preview <file>', 'write the earlier, smaller picture here as soon as it is there')
      .requiredOption('-o, --output <file>', 'where to write the frame, a PNG'),
  async run(session, _, values) {
    const options = values as unknown as FirstFrameOptions;
    const { globals, framesong } = session;
    const named = options.character.map(splitName);
    const [scene, ...characters] = await Promise.all([
      reference(session, '--scene', options.scene),
      ...named.map(({ file }) => reference(session, '--character', file)),
    ]);
    session.interrupt.throwIfAborted();
    const job = await submitFirstFrame(
      framesong.imageGeneration,
      {
        shot: { id: '', prompt: options.prompt, negativePrompt: '', style: options.style, characterIds: [] },
        scene,
        characters: characters.map((given, index) => ({ id: named[index]!.name, name: '', reference: given })),
        size: options.size,
        provider: options.provider,
        model: options.model,
        allowCollage: options.allowCollage,
        caption: options.caption,
        candidates: options.candidates,
        seed: options.seed,
        preview: {
          enabled: options.preview !== undefined,
          requireConfirmation: options.confirmFirst,
          expiresAfter: options.expiresAfter === undefined ? undefined : durationOfMs(options.expiresAfter),
        },
        requestId: globals.requestId ?? '',
        labels: new Map(globals.labels),
        priority: 0,
        fallbackProviders: options.fallback.map(splitModel),
        maxCost: options.maxCost,
        cache: cacheOf(options.reuse, options.seed),
      },
      // Not ended by Ctrl-C: whether the job was accepted has to be known.
      { ...session.call(), ...session.lastCall(session.call(10_000).timeoutMs ?? 10_000) },
    );
    return finishFrame(session, job, options);
  },
};

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function splitName(pair: string): { name: string; file: string } {
  const at = pair.indexOf('=');
  if (at > 0) return { name: pair.slice(0, at), file: pair.slice(at + 1) };
  throw invalidField('--character', `${pair} is not NAME=FILE`);
}

/** Without a model, the provider's own default. */
function splitModel(name: string): FallbackProvider {
  const at = name.indexOf('/');
  return at < 0 ? { provider: name, model: '' } : { provider: name.slice(0, at), model: name.slice(at + 1) };
}

/** A file is uploaded; the service fetches an address, and finds what it has by its digest. */
async function reference(session: Session, option: string, given: string): Promise<ImageReference> {
  if (/^https?:\/\//.test(given)) return { source: { $case: 'httpsUrl', value: given } };
  if (given.startsWith('sha256:')) {
    return { source: { $case: 'artifact', value: { digest: given, sizeBytes: 0n, mediaType: '', uri: '' } } };
  }
  await sizeOfFile(option, given);
  const value = await uploadArtifact(session.framesong.imageGeneration.artifacts, given, session.call());
  return { source: { $case: 'artifact', value } };
}
