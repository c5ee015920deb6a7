import { arch, platform } from 'node:os';
import { askHealth } from '../health-answers.ts';
import type { Session } from '../session.ts';
import { checkService } from './check-service.ts';
import { checkClock } from './check-clock.ts';

/** What one check has found. */
export interface Finding {
  readonly isGood: boolean;
  readonly what: string;
  readonly seen: string;
  /** What to do about it. */
  readonly todo?: string;
}

/** A check; it never throws. */
export type Check = (session: Session) => Promise<readonly Finding[]>;

const LOWEST_NODE = 24;

/** All checks; they run at the same time. */
export const DOCTOR_CHECKS: readonly Check[] = [checkNode, checkServices, checkClock];

function checkNode(): Promise<readonly Finding[]> {
  const isGood = Number(process.versions.node.split('.')[0]) >= LOWEST_NODE;
  const seen = `${process.versions.node} on ${platform()}-${arch()}`;
  return Promise.resolve([
    {
      isGood,
      what: 'Node',
      seen,
      ...(!isGood && { todo: `run framesong by npx, which brings Node ${LOWEST_NODE} along` }),
    },
  ]);
}

async function checkServices(session: Session): Promise<readonly Finding[]> {
  const answers = await askHealth(session);
  return (await Promise.all(answers.map((answer) => checkService(session, answer)))).flat();
}
