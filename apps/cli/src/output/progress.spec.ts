import { PassThrough } from 'node:stream';
import { JobEvent, JobState, ProgressSource } from '@framesong/contracts/job/v1/job';
import { EstimateBasis, Outlook } from '@framesong/contracts/job/v1/outlook';
import { createProgress } from './progress.ts';

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough().setEncoding('utf8'), { isTTY, columns: 120 });
  return { out: stream as unknown as NodeJS.WriteStream, text: () => String(stream.read() ?? '') };
}

function event(percent: number, seconds: number, changes: Partial<JobEvent> = {}): JobEvent {
  return JobEvent.fromPartial({
    state: JobState.RUNNING,
    stage: 'compose',
    percent,
    time: new Date(seconds * 1000),
    percentSource: ProgressSource.MEASURED,
    ...changes,
  });
}

describe('progress', () => {
  it('is a bar that is rewritten on a terminal, and no wider than it', () => {
    const { out, text } = terminal(true);
    const progress = createProgress('song', out);
    progress.show(event(50, 1, { message: 'x'.repeat(200) }));
    progress.end();
    const written = text();
    const line = written.replace('\r\u001b[K', '');
    expect(written.length - line.length).toBe(4);
    expect(line).toMatch(/^song \[#{14}\.{14}\] {2}50 % {2}compose {2}x+\n$/);
    expect(line.trimEnd().length).toBeLessThan(120);
  });

  it('is a line per stage elsewhere', () => {
    const { out, text } = terminal(false);
    const progress = createProgress('song', out);
    progress.show(event(0, 0, { state: JobState.QUEUED, stage: '' }));
    progress.show(event(10, 1));
    progress.show(event(60, 2));
    progress.show(event(90, 3, { stage: 'store' }));
    progress.end();
    expect(text()).toBe('song: 0 %  queued\nsong: 10 %  compose\nsong: 90 %  store\n');
  });

  it('tells the interval of time that is left, and the notice of a long wait once', () => {
    const { out, text } = terminal(true);
    const progress = createProgress('song', out);
    const notice = { locale: 'en', message: 'It takes long.' };
    progress.show(event(25, 110));
    expect(text()).not.toContain('left');
    progress.expect(outlook({ notice, queuePosition: 3 }));
    expect(text()).toMatch(/^\nsong: It takes long\.\n[^\n]* place 3, 20\.0 s to 1 min 30 s left$/);
    progress.expect(outlook({ notice, expectedRemaining: { ...EXPECTED, samples: 0, basis: EstimateBasis.DEFAULT } }));
    const again = text();
    expect(again).toContain('usually 20.0 s to 1 min 30 s left');
    expect(again).not.toContain('It takes long');
    progress.expect(outlook({ notice, stalled: true }));
    expect(text()).toMatch(/It takes long.* left, no news for long$/s);
    progress.show(event(100, 120, { state: JobState.SUCCEEDED }));
    expect(text()).not.toContain('left');
  });
});

const EXPECTED = { min: { seconds: 20n, nanos: 0 }, max: { seconds: 90n, nanos: 0 }, basis: EstimateBasis.HISTORY };

function outlook(changes: Partial<Outlook> = {}): Outlook {
  return Outlook.fromPartial({ expectedRemaining: { ...EXPECTED, samples: 9 }, ...changes });
}
