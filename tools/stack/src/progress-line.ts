import type { JobEvent } from '@framesong/contracts/job/v1/job';

const BAR_WIDTH = 30;

/** Live progress on stderr: one line that is rewritten on a terminal, a line per stage elsewhere. */
export interface ProgressLine {
  show(event: JobEvent): void;
  end(): void;
}

/** @param what stands at the beginning of the line */
export function createProgressLine(what: string, out: NodeJS.WriteStream = process.stderr): ProgressLine {
  let lastStage = '';
  let open = false;
  return {
    show({ percent, stage, message }) {
      if (out.isTTY) {
        const filled = Math.round((percent / 100) * BAR_WIDTH);
        const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
        out.write(`\r\u001b[K${what} [${bar}] ${percent.toFixed(0).padStart(3)} %  ${stage} ${message}`);
        open = true;
      } else if (stage && stage !== lastStage) {
        out.write(`${what}: ${percent.toFixed(0)} % ${stage}\n`);
        lastStage = stage;
      }
    },
    end() {
      if (open) out.write('\n');
    },
  };
}
