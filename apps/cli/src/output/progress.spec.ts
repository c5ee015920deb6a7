import { PassThrough } from 'node:stream';
import { JobEvent, JobState, ProgressSource } from '@framesong/contracts/job/v1/job';
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

  it('tells the time that is left only when the percentage comes from similar jobs', () => {
    const { out, text } = terminal(true);
    const progress = createProgress('song', out);
    progress.show(event(1, 100));
    progress.show(event(25, 110));
    expect(text()).not.toContain('left');
    progress.show(event(25, 110, { percentSource: ProgressSource.ESTIMATED }));
    expect(text()).toContain('about 30.0 s left');
  });
});
