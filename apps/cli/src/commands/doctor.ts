import type { CliCommand } from '../cli-command.ts';
import { checkProvider } from '../doctor/check-provider.ts';
import { DOCTOR_CHECKS } from '../doctor/checks.ts';
import { EXIT_CODES } from '../exit-codes.ts';

const EXIT_UNAVAILABLE = EXIT_CODES.find(({ codes }) => codes.includes('UNAVAILABLE'))!.exitCode;

/** `framesong doctor` */
export const doctor: CliCommand = {
  define: (command) =>
    void command.option('--provider <name>', 'also asks whether this image provider could be asked; buys nothing'),
  async run(session, _, { provider }) {
    const { output } = session;
    const asked = typeof provider === 'string' ? [checkProvider(session, provider)] : [];
    const groups = await Promise.all([...DOCTOR_CHECKS.map((check) => check(session)), ...asked]);
    session.interrupt.throwIfAborted();
    const findings = groups.flat();
    output.result({ findings }, () =>
      findings.flatMap(({ isGood, what, seen, todo }) => [
        `${isGood ? output.paint('green', 'good', process.stdout) : output.paint('red', 'BAD ', process.stdout)}  ${what}: ${seen}`,
        ...(todo === undefined ? [] : [`      -> ${todo}`]),
      ]),
    );
    return findings.every(({ isGood }) => isGood) ? 0 : EXIT_UNAVAILABLE;
  },
};
