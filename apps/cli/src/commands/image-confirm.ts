import type { CliCommand } from '../cli-command.ts';
import { finishFrame } from '../job/finish-frame.ts';
import { parseMoney, parsePixels, wholeNumber } from '../options/option-parsers.ts';

interface ConfirmOptions {
  readonly candidate?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly provider: string;
  readonly model: string;
  readonly maxCost?: { readonly currency: string; readonly amount: string };
  readonly output: string;
}

/** `framesong image confirm` */
export const imageConfirm: CliCommand = {
  define: (command) =>
    void command
      .argument('<id>', 'job of the previews: frame_...')
      .option('--candidate <number>', 'which of them (default: the only one)', wholeNumber(1, 8))
      .option('--size <pixels>', 'size of the frame (default: as asked with the preview)', parsePixels)
      .option('--provider <name>', 'who makes it (default: who made the preview)', '')
      .option('--model <name>', 'model of the provider (default: that of the preview)', '')
      .option(
        '--max-cost <amount>',
        'the most that it may cost, as in 0.50 USD (default: as for the preview)',
        parseMoney,
      )
      .requiredOption('-o, --output <file>', 'where to write the frame, a PNG'),
  async run(session, [jobId = ''], values) {
    const { candidate = 0, size, provider, model, maxCost, output } = values as unknown as ConfirmOptions;
    const { globals, framesong } = session;
    const { job } = await framesong.imageGeneration.rpc.confirmFirstFrame(
      {
        jobId,
        candidate,
        size,
        provider,
        model,
        requestId: globals.requestId ?? '',
        labels: new Map(globals.labels),
        priority: 0,
        maxCost,
      },
      // Not ended by Ctrl-C: whether the job was accepted has to be known.
      { ...session.call(), ...session.lastCall(session.call(10_000).timeoutMs ?? 10_000) },
    );
    return finishFrame(session, job!, { output });
  },
};
