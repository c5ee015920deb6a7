import { SAMPLE_RATE_HZ, type StereoPcm } from '../engine.ts';
import { createRandom } from '../random.ts';
import { createLimiter, limit } from './limiter.ts';
import { measureLoudness } from './loudness.ts';

function sine(
  levels: readonly { dbfs: number; seconds: number }[],
  rateHz: number,
  frequencyHz = 1000,
  phase = 0,
): StereoPcm {
  const total = levels.reduce((sum, { seconds }) => sum + Math.round(seconds * rateHz), 0);
  const left = new Float32Array(total);
  let at = 0;
  for (const { dbfs, seconds } of levels) {
    const end = at + Math.round(seconds * rateHz);
    const amplitude = 10 ** (dbfs / 20);
    for (; at < end; at++) left[at] = amplitude * sin((2 * PI * frequencyHz * at) / rateHz + phase);
  }
  return { left, right: left.slice() };
}

// Globals are slow in the test environment, and a signal has millions of samples.
const { sin, PI } = Math;

describe('measureLoudness on the signals of EBU Tech 3341', () => {
  it.each([44_100, 48_000])('reads a stereo sine of -23 dBFS as -23 LUFS, and of -33 as -33, at %i Hz', (rateHz) => {
    expect(
      Math.abs(measureLoudness(sine([{ dbfs: -23, seconds: 3 }], rateHz), rateHz).integratedLufs + 23),
    ).toBeLessThan(0.1);
    expect(
      Math.abs(measureLoudness(sine([{ dbfs: -33, seconds: 3 }], rateHz), rateHz).integratedLufs + 33),
    ).toBeLessThan(0.1);
  });

  it('gates out what is far below the rest', () => {
    const quietEnds = [
      { dbfs: -36, seconds: 3 },
      { dbfs: -23, seconds: 15 },
      { dbfs: -36, seconds: 3 },
    ];
    const silentEnds = [{ dbfs: -72, seconds: 3 }, ...quietEnds, { dbfs: -72, seconds: 3 }];
    const signals = [quietEnds, silentEnds].map((levels) => sine(levels, SAMPLE_RATE_HZ));
    for (const signal of signals)
      expect(Math.abs(measureLoudness(signal, SAMPLE_RATE_HZ).integratedLufs + 23)).toBeLessThan(0.1);
  });

  it('finds a peak between the samples', () => {
    // A quarter of the sample rate at 45 degrees: every sample is 3 dB below the crest.
    const signal = sine([{ dbfs: -6, seconds: 1 }], 48_000, 12_000, Math.PI / 4);
    const { truePeakDbtp } = measureLoudness(signal, 48_000);
    expect(truePeakDbtp).toBeGreaterThan(-6.4);
    expect(truePeakDbtp).toBeLessThan(-5.6);
  });

  it('has no loudness for silence', () => {
    const silence = { left: new Float32Array(44_100), right: new Float32Array(44_100) };
    expect(measureLoudness(silence, SAMPLE_RATE_HZ)).toEqual({ integratedLufs: -Infinity, truePeakDbtp: -Infinity });
  });
});

describe('limit', () => {
  it('holds loud noise below its ceiling, also between samples, and leaves quiet sound alone', () => {
    const random = createRandom(1, 'noise');
    const noise = Float32Array.from(
      { length: SAMPLE_RATE_HZ },
      (_, at) => random.normal() * (at < 22_050 ? 1.5 : 0.02),
    );
    const pcm = { left: noise.slice(), right: noise.slice() };
    limit(pcm, -1.2);
    expect(measureLoudness(pcm, SAMPLE_RATE_HZ).truePeakDbtp).toBeLessThanOrEqual(-1);
    const last = noise.length - 1;
    expect(pcm.left[last]! / noise[last]!).toBeGreaterThan(0.97);
  });

  it('gives the same samples for a recording that comes in pieces', () => {
    const random = createRandom(2, 'noise');
    const left = Float32Array.from({ length: 30_000 }, () => random.normal() * 0.8);
    const pcm = { left, right: left.map((sample) => sample * random.unit()) };
    const limiter = createLimiter(-3);
    const cuts = [0, 7, 7, 400, 5_000, 29_999, 30_000];
    const given = cuts.slice(1).map((end, index) => {
      const start = cuts[index]!;
      return limiter.push({ left: pcm.left.subarray(start, end), right: pcm.right.subarray(start, end) });
    });
    given.push(limiter.finish());
    limit(pcm, -3);
    for (const side of ['left', 'right'] as const) {
      expect(Buffer.concat(given.map((piece) => new Uint8Array(piece[side].slice().buffer)))).toEqual(
        Buffer.from(pcm[side].buffer),
      );
    }
  });
});
