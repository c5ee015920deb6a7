import { RunTimes } from './run-times.ts';

describe('the delay told to refused callers', () => {
  it('is the time in which the present work will be done', () => {
    const times = new RunTimes();
    times.add(600);
    expect(times.waitMs(5, 2)).toBe(1500);
  });

  it('follows the newest run times', () => {
    const times = new RunTimes();
    times.add(1000);
    for (let run = 0; run < 50; run += 1) times.add(200);
    expect(times.waitMs(1, 1)).toBe(200);
  });

  it('is never so short that the caller hammers, nor longer than a minute', () => {
    const times = new RunTimes();
    times.add(1);
    expect(times.waitMs(1, 4)).toBe(100);
    times.add(10_000_000);
    expect(times.waitMs(10, 1)).toBe(60_000);
  });
});
