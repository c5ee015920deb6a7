import type { GetSpendingRequest, GetSpendingResponse } from '@framesong/contracts/job/v1/job_service';
import type { CallContext } from '@framesong/rpc';
import { limitMessage, orderMessage } from './cost-message.ts';
import type { JobServiceParts } from './job-service.ts';
import { mustBeOperator } from './must-be-operator.ts';

/** `GetSpending`: what was spent in a period, what is at risk, and how the limits stand. */
export async function getSpending(
  { jobs }: JobServiceParts,
  { startTime, endTime, allTenants }: GetSpendingRequest,
  call: CallContext,
): Promise<GetSpendingResponse> {
  if (allTenants) mustBeOperator(call, 'leave all_tenants out to see the own spending');
  const tenant = allTenants ? undefined : call.tenant;
  const spending = await jobs.spending({ tenant, from: startTime, to: endTime });
  return {
    startTime: spending.from,
    endTime: spending.to,
    totals: [...spending.totals],
    models: [...spending.models],
    atRisk: spending.atRisk.map(orderMessage),
    limits: spending.limits.map(limitMessage),
  };
}
