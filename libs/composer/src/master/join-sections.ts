import { throwIfAborted } from '@framesong/errors';
import { setImmediate } from 'node:timers/promises';
import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { readSectionFile } from '../render/section-file.ts';
import type { SongPlan } from '../score/song-plan.ts';
import { profileNamed } from '../style/profiles.ts';
import { highPass, highShelf, lowPass, peak, type Biquad } from './biquad.ts';
import { compress } from './compressor.ts';
import { addCrackle } from './crackle.ts';
import { gainOf } from './decibels.ts';
import { limit } from './limiter.ts';
import { integratedLufs, measureLoudness, type Loudness } from './loudness.ts';

/** The loudness that songs are brought to. */
export const TARGET_LUFS = -14;
/** What no song exceeds, at and between samples. */
export const TRUE_PEAK_LIMIT_DBTP = -1;

/** A finished song. */
export interface Mix {
  readonly pcm: StereoPcm;
  readonly loudness: Loudness;
}

/** Room below the limit for what the encoders and other interpolations add. */
const LIMITER_CEILING_DBTP = TRUE_PEAK_LIMIT_DBTP - 0.2;
const COMPRESSOR_INPUT_LUFS = -18;
const CLOSE_ENOUGH_LU = 0.1;
const LOUDNESS_PASSES = 4;
const FADE_SECONDS = 1.6;

/**
 * Joins rendered sections to a song: each is added at its place with its tail over the next one; then equalising,
 * compression, -14 LUFS, and a limiter at -1 dBTP. `sectionPaths` are files of `renderSectionToFile` in the order of the plan.
 *
 * @throws FramesongError of `signal` when it fires
 */
export async function joinSections(
  plan: SongPlan,
  sectionPaths: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Mix> {
  if (sectionPaths.length !== plan.sections.length) {
    throw new RangeError(`the plan has ${plan.sections.length} sections, ${sectionPaths.length} files were given`);
  }
  const pcm = await overlapAdd(plan, sectionPaths, options.signal);
  const steps = [
    () => equalise(pcm, profileNamed(plan.profile).lowPassHz),
    () => addCrackle(pcm, profileNamed(plan.profile).crackle, plan.seed),
    () => bringTo(pcm, COMPRESSOR_INPUT_LUFS),
    () => compress(pcm),
    () => fadeOut(pcm),
    () => master(pcm),
  ];
  for (const step of steps) {
    step();
    await setImmediate();
    throwIfAborted(options.signal);
  }
  return { pcm, loudness: measureLoudness(pcm, SAMPLE_RATE_HZ) };
}

async function overlapAdd(
  plan: SongPlan,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<StereoPcm> {
  const total = Math.round(plan.durationSeconds * SAMPLE_RATE_HZ);
  const pcm = { left: new Float32Array(total), right: new Float32Array(total) };
  for (const [index, path] of paths.entries()) {
    let at = Math.round(plan.sections[index]!.startSeconds * SAMPLE_RATE_HZ);
    for await (const piece of readSectionFile(path)) {
      throwIfAborted(signal);
      const count = Math.min(piece.left.length, total - at);
      for (let sample = 0; sample < count; sample++) {
        pcm.left[at + sample]! += piece.left[sample]!;
        pcm.right[at + sample]! += piece.right[sample]!;
      }
      at += piece.left.length;
    }
  }
  return pcm;
}

/** Takes out rumble and boxiness, adds air. */
function equalise(pcm: StereoPcm, lowPassHz: number): void {
  const filters = (): Biquad[] => [
    highPass(SAMPLE_RATE_HZ, 30),
    peak(SAMPLE_RATE_HZ, 320, 0.9, -1.5),
    highShelf(SAMPLE_RATE_HZ, 9000, 2),
    ...(lowPassHz > 0 ? [lowPass(SAMPLE_RATE_HZ, lowPassHz, 0.6)] : []),
  ];
  for (const side of [pcm.left, pcm.right]) for (const filter of filters()) filter.process(side);
}

/** Limiting takes a little loudness away, which the next pass gives back. */
function master(pcm: StereoPcm): void {
  for (let pass = 0; pass < LOUDNESS_PASSES; pass++) {
    const offLu = Math.abs(integratedLufs(pcm, SAMPLE_RATE_HZ) - TARGET_LUFS);
    if (pass > 0 && offLu < CLOSE_ENOUGH_LU) return;
    bringTo(pcm, TARGET_LUFS);
    limit(pcm, LIMITER_CEILING_DBTP);
  }
}

function bringTo(pcm: StereoPcm, lufs: number): void {
  const now = integratedLufs(pcm, SAMPLE_RATE_HZ);
  if (!Number.isFinite(now)) return;
  const gain = gainOf(lufs - now);
  for (const side of [pcm.left, pcm.right]) for (let index = 0; index < side.length; index++) side[index]! *= gain;
}

function fadeOut(pcm: StereoPcm): void {
  const fade = Math.min(pcm.left.length, Math.round(FADE_SECONDS * SAMPLE_RATE_HZ));
  const start = pcm.left.length - fade;
  for (let index = 0; index < fade; index++) {
    const gain = 0.5 + 0.5 * Math.cos((Math.PI * index) / fade);
    pcm.left[start + index]! *= gain;
    pcm.right[start + index]! *= gain;
  }
}
