import { inflateSync } from 'node:zlib';
import { SAMPLE_RATE_HZ } from '../engine.ts';
import { createRandom } from '../random.ts';
import { barLikeness } from './bar-likeness.ts';
import { loudnessRange, shortTermLufs } from './loudness-range.ts';
import { encodePng } from './png.ts';
import { createSpectrometer } from './spectrum.ts';

// Globals are slow in the test environment, and a signal has many samples.
const { sin, PI } = Math;

function tone(seconds: number, hz: number, amplitude: number): Float32Array {
  return Float32Array.from(
    { length: seconds * SAMPLE_RATE_HZ },
    (_, at) => amplitude * sin((2 * PI * hz * at) / SAMPLE_RATE_HZ),
  );
}

describe('what is measured of a sound', () => {
  it('has a range of 10 LU for a tone of -20 and one of -30 dBFS (EBU Tech 3342, first signal)', () => {
    const left = Float32Array.from([...tone(12, 1000, 0.1), ...tone(12, 1000, 0.1 / 10 ** 0.5)]);
    expect(Math.abs(loudnessRange(shortTermLufs({ left, right: left })) - 10)).toBeLessThan(1);
  });

  it('finds the frequency of a tone', () => {
    const power = createSpectrometer(4096).powerAt(tone(1, 2000, 0.5), 20_000);
    expect((power.indexOf(Math.max(...power)) * SAMPLE_RATE_HZ) / 4096).toBeCloseTo(2000, -1.2);
  });

  it('tells a bar that comes again from one that is new', () => {
    const random = createRandom(3, 'bars');
    const bar = () =>
      Float32Array.from(Array.from({ length: 8 }, () => [...tone(0.25, random.integer(60, 4000), 0.3)]).flat());
    const [one, two] = [bar(), bar()];
    const again = barLikeness(Float32Array.from([...one, ...two, ...one, ...two]), 120, 4);
    const fresh = barLikeness(Float32Array.from([...one, ...two, ...bar(), ...bar()]), 120, 4);
    expect(again.repeatedShare).toBeCloseTo(2 / 3, 6);
    expect(fresh.repeatedShare).toBe(0);
    expect(fresh.toNearestEarlier).toBeLessThan(again.toNearestEarlier);
  });

  it('is drawn as a PNG whose rows are the pixels', () => {
    const png = Buffer.from(
      encodePng({ width: 2, height: 2, pixels: Uint8Array.of(0, 1, 1, 0), palette: [[0, 0, 0], [255, 9, 9]] }), // prettier-ignore
    );
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([2, 2]);
    const data = png.indexOf('IDAT');
    const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
    expect([...rows]).toEqual([0, 0, 1, 0, 1, 0]);
  });
});
