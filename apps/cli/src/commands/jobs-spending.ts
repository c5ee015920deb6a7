import { GetSpendingResponse } from '@framesong/contracts/job/v1/job_service';
import { toFramesongError, type FramesongError } from '@framesong/errors';
import type { CliCommand } from '../cli-command.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { jobOwners, type NamedOwner, type OwnerName } from '../job/job-owners.ts';
import { spendingLines, type ServiceSpending } from '../job/spending-text.ts';
import { listOf, parseTime } from '../options/option-parsers.ts';
import { errorJson } from '../output/error-text.ts';
import { protoJson } from '../output/proto-json.ts';
import type { Session } from '../session.ts';

interface SpendingOptions {
  readonly since?: Date;
  readonly until?: Date;
  readonly service?: readonly OwnerName[];
  readonly all?: boolean;
}

/** `framesong jobs spending` */
export const jobsSpending: CliCommand = {
  define: (command) =>
    void command
      .option('--since <time>', '2026-11-01, or a time with its zone (default: the begin of the month, UTC)', parseTime)
      .option('--until <time>', 'up to this time (default: now)', parseTime)
      .option('--service <name>', 'only image or music', listOf(['image', 'music'] as const))
      .option('--all', 'count the orders of all tenants; for operators'),
  async run(session, _, values) {
    const options = values as SpendingOptions;
    const errors: FramesongError[] = [];
    const asked = jobOwners(session, options.service).map((owner) =>
      spendingOf(session, owner, options).catch((thrown: unknown) => {
        errors.push(toFramesongError(thrown).prefixed(owner.name));
        return [];
      }),
    );
    const found = (await Promise.all(asked)).flat();
    session.interrupt.throwIfAborted();
    if (found.length === 0) throw errors[0]!;
    const services = found.map(({ name, spending }) => ({ name, ...protoJson(GetSpendingResponse, spending) }));
    const json = { services, ...(errors.length > 0 && { errors: errors.map(errorJson) }) };
    session.output.result(json, () => spendingLines(found));
    for (const error of errors) session.output.error(error);
    return errors[0] ? exitCodeOf(errors[0]) : 0;
  },
};

async function spendingOf(
  session: Session,
  { name, jobs }: NamedOwner,
  { since, until, all = false }: SpendingOptions,
): Promise<ServiceSpending[]> {
  const request = { startTime: since, endTime: until, allTenants: all };
  return [{ name, spending: await jobs.getSpending(request, session.call()) }];
}
