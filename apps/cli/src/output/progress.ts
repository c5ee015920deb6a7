import { durationText } from '@framesong/client';
import { JobState, ProgressSource, type JobEvent } from '@framesong/contracts/job/v1/job';

const BAR_WIDTH = 28;

/** Live progress on stderr: one line that is rewritten on a terminal, a line per stage elsewhere. */
export interface Progress {
  show(event: JobEvent): void;
  /** Says something without disturbing the bar. */
  say(text: string): void;
  /** Leaves the bar as it is and goes to the next line. */
  end(): void;
}

/** @param what stands at the beginning of each line */
export function createProgress(what: string, out: NodeJS.WriteStream = process.stderr): Progress {
  let lastStage = '';
  let isOpen = false;
  let startedAt: Date | undefined;
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
  return {
    show(event) {
      if (event.state === JobState.RUNNING) startedAt ??= event.time;
      const left = timeLeft(event, startedAt);
      if (out.isTTY) {
        bar(event, left);
        return;
      }
      const label = event.stage || stateWord(event.state);
      if (label === lastStage) return;
      lastStage = label;
      out.write(`${what}: ${[`${event.percent.toFixed(0)} %`, label, left].filter(Boolean).join('  ')}\n`);
    },
    say(text) {
      end();
      out.write(`${text}\n`);
    },
    end,
  };
}

/** `failed`, `queued`. */
export function stateWord(state: JobState): string {
  return (Object.entries(JobState).find(([, value]) => value === state)?.[0] ?? 'unknown').toLowerCase();
}

/** Told only where the percentage comes from the history of similar jobs: a share of steps says nothing about time. */
function timeLeft({ percent, percentSource, time }: JobEvent, startedAt: Date | undefined): string {
  if (percentSource !== ProgressSource.ESTIMATED || !startedAt || !time || percent <= 0 || percent >= 100) return '';
  const spentMs = time.getTime() - startedAt.getTime();
  return `about ${durationText((spentMs * (100 - percent)) / percent)} left`;
}
