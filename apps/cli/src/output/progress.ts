import { JobState, type JobEvent } from '@framesong/contracts/job/v1/job';
import type { Outlook } from '@framesong/contracts/job/v1/outlook';
import { expectedText } from '../job/expected-text.ts';

const BAR_WIDTH = 28;

/** Live progress on stderr: one line that is rewritten on a terminal, a line per stage elsewhere. */
export interface Progress {
  show(event: JobEvent): void;
  /** What is to be expected from now on; the notice of a long wait is said when it comes up, and when the job stalls. */
  expect(outlook: Outlook): void;
  /** Says something without disturbing the bar. */
  say(text: string): void;
  /** Leaves the bar as it is and goes to the next line. */
  end(): void;
}

/** @param what stands at the beginning of each line */
export function createProgress(what: string, out: NodeJS.WriteStream = process.stderr): Progress {
  let lastStage = '';
  let isOpen = false;
  let latest: JobEvent | undefined;
  let outlook: Outlook | undefined;
  let hasNotice = false;
  const bar = ({ percent, stage, message }: JobEvent, left: string) => {
    const filled = Math.round((percent / 100) * BAR_WIDTH);
    const text = `${what} [${'#'.repeat(filled).padEnd(BAR_WIDTH, '.')}] ${percent.toFixed(0).padStart(3)} %  ${stage}`;
    const line = [text, message, left].filter(Boolean).join('  ');
    // A line that wraps could not be rewritten.
    out.write(`\r\u001b[K${line.slice(0, Math.max(20, out.columns - 1))}`);
    isOpen = true;
  };
  const end = () => {
    if (isOpen) out.write('\n');
    isOpen = false;
  };
  const say = (text: string) => {
    end();
    out.write(`${text}\n`);
  };
  return {
    show(event) {
      latest = event;
      const left = isOver(event) ? '' : timeLeft(outlook);
      if (out.isTTY) {
        bar(event, left);
        return;
      }
      const label = event.stage || stateWord(event.state);
      if (label === lastStage) return;
      lastStage = label;
      out.write(`${what}: ${[`${event.percent.toFixed(0)} %`, label, left].filter(Boolean).join('  ')}\n`);
    },
    expect(next) {
      const isNews = next.notice !== undefined && (!hasNotice || (next.stalled && !outlook?.stalled));
      hasNotice ||= isNews;
      outlook = next;
      if (isNews) say(`${what}: ${next.notice!.message}`);
      if (out.isTTY && latest && !isOver(latest)) bar(latest, timeLeft(outlook));
    },
    say,
    end,
  };
}

/** `failed`, `queued`. */
export function stateWord(state: JobState): string {
  return (Object.entries(JobState).find(([, value]) => value === state)?.[0] ?? 'unknown').toLowerCase();
}

/** An interval, since nobody knows better; where the job waits for others, its place too. */
function timeLeft(outlook: Outlook | undefined): string {
  if (!outlook) return '';
  const left = expectedText(outlook.expectedRemaining);
  const place = outlook.queuePosition > 0 ? `place ${outlook.queuePosition}` : '';
  return [place, left && `${left} left`, outlook.stalled ? 'no news for long' : ''].filter(Boolean).join(', ');
}

function isOver({ state }: JobEvent): boolean {
  return state !== JobState.QUEUED && state !== JobState.RUNNING;
}
