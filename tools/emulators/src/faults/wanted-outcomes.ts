import type { ErrorCode, Outcome } from '@framesong/errors';
import type { RoutePurpose } from '../emulated-provider.ts';
import type { FaultKind } from './fault-script.ts';
import { withExceptions } from './with-exceptions.ts';

/**
 * Where nothing listens: tcpmux, whose port is never handed out. The port of a server that was closed for it would be, to a
 * server of the next test.
 */
export const NOWHERE = 'http://127.0.0.1:1';

/** What has to come of one fault. */
export interface WantedOutcome {
  readonly fault: FaultKind | 'nothing_listens';
  readonly on: RoutePurpose;
  /** How many requests it strikes; absent for all. */
  readonly times?: number;
  /** OK: the picture comes all the same. */
  readonly code: ErrorCode | 'OK';
  readonly reason?: string;
  /** Absent for OK. */
  readonly outcome?: Outcome;
  /** Orders that the provider has accepted. More than one would be paid for twice. */
  readonly paid: 0 | 1;
  /** Requests of the kind that is struck: shows what is repeated and what is not. Absent where it depends on delays. */
  readonly requests?: number;
  /** The outcome is that of a time limit, so it is run under short ones. */
  readonly isLate?: true;
}

const KEY = { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_KEY_REFUSED' } as const;
const FAILED = { code: 'UNAVAILABLE', reason: 'PROVIDER_FAILED' } as const;
const LOST = { code: 'UNAVAILABLE', reason: 'PROVIDER_CONNECTION_LOST' } as const;
const ODD = { code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_INVALID' } as const;
const LATE = { code: 'DEADLINE_EXCEEDED', reason: 'PROVIDER_TIMEOUT', isLate: true } as const;
const REDIRECTS = { code: 'FAILED_PRECONDITION', reason: 'PROVIDER_REDIRECTS' } as const;
const RATE = { code: 'RESOURCE_EXHAUSTED', reason: 'PROVIDER_RATE_LIMIT' } as const;
const OK = { code: 'OK', paid: 1 } as const;

/** Nothing was taken, nothing is charged. */
const rejected = { outcome: 'rejected', paid: 0, requests: 1 } as const;
/** Nobody knows: the request left and no answer tells. It is never sent again. */
const unknown = { outcome: 'sent_unknown', requests: 1 } as const;
/** Taken, and then lost. It is never sent again either. */
const billed = { outcome: 'billed', paid: 1 } as const;

/** What faults of the paid call itself lead to, whoever the provider is. */
export const WANTED_ON_ORDER: readonly WantedOutcome[] = [
  {
    fault: 'nothing_listens',
    on: 'order',
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_UNREACHABLE',
    outcome: 'not_sent',
    paid: 0,
  },
  { fault: 'unauthorized', on: 'order', ...KEY, ...rejected },
  { fault: 'no_balance', on: 'order', code: 'FAILED_PRECONDITION', reason: 'PROVIDER_BALANCE', ...rejected },
  { fault: 'forbidden', on: 'order', code: 'FAILED_PRECONDITION', reason: 'PROVIDER_ACCESS_DENIED', ...rejected },
  { fault: 'bad_request', on: 'order', code: 'INVALID_ARGUMENT', reason: 'PROVIDER_REFUSED_REQUEST', ...rejected },
  { fault: 'rate_limit', on: 'order', ...RATE, ...rejected, requests: 4 },
  { fault: 'rate_limit', on: 'order', times: 1, ...OK, requests: 2 },
  { fault: 'rate_limit_with_delay', on: 'order', times: 1, ...OK, requests: 2 },
  { fault: 'server_error', on: 'order', ...FAILED, ...unknown, paid: 0 },
  { fault: 'server_error', on: 'order', times: 1, ...FAILED, ...unknown, paid: 0 },
  { fault: 'gateway_page', on: 'order', ...FAILED, ...unknown, paid: 0 },
  { fault: 'plain_text_error', on: 'order', ...FAILED, ...unknown, paid: 0 },
  { fault: 'hang', on: 'order', ...LATE, ...unknown, paid: 1 },
  { fault: 'slow_loris', on: 'order', ...LATE, ...billed, requests: 1 },
  { fault: 'cut_body', on: 'order', ...LOST, ...billed, requests: 1 },
  { fault: 'lost_answer', on: 'order', ...LOST, ...unknown, paid: 1 },
  { fault: 'lost_answer', on: 'order', times: 1, ...LOST, ...unknown, paid: 1 },
  { fault: 'reset_connection', on: 'order', ...LOST, ...unknown, paid: 0 },
  { fault: 'wrong_type', on: 'order', ...ODD, ...billed, requests: 1 },
  { fault: 'html_with_200', on: 'order', ...ODD, ...unknown, paid: 0 },
  { fault: 'garbage_with_200', on: 'order', ...ODD, ...billed, requests: 1 },
  { fault: 'error_inside_200', on: 'order', code: 'INVALID_ARGUMENT', reason: 'PROVIDER_REFUSED_REQUEST', ...rejected },
  { fault: 'redirect_elsewhere', on: 'order', ...REDIRECTS, ...rejected },
  { fault: 'oversize', on: 'order', code: 'UNAVAILABLE', reason: 'PROVIDER_ANSWER_TOO_LARGE', ...billed, requests: 1 },
];

/** Faults of the question for a task. The task is paid for, so passing ones are outlasted. */
export const WANTED_ON_POLL: readonly WantedOutcome[] = [
  { fault: 'unauthorized', on: 'poll', ...KEY, ...billed, requests: 1 },
  { fault: 'rate_limit', on: 'poll', times: 1, ...OK },
  { fault: 'server_error', on: 'poll', times: 1, ...OK },
  { fault: 'server_error', on: 'poll', ...FAILED, ...billed },
  { fault: 'gateway_page', on: 'poll', times: 1, ...OK },
  { fault: 'reset_connection', on: 'poll', times: 1, ...OK },
  { fault: 'cut_body', on: 'poll', times: 1, ...OK },
  { fault: 'html_with_200', on: 'poll', times: 1, ...OK },
  { fault: 'garbage_with_200', on: 'poll', times: 1, ...OK },
  { fault: 'error_inside_200', on: 'poll', times: 1, ...OK },
  { fault: 'redirect_elsewhere', on: 'poll', ...REDIRECTS, ...billed, requests: 1 },
  { fault: 'hang', on: 'poll', ...LATE, ...billed },
  { fault: 'slow_loris', on: 'poll', ...LATE, ...billed },
  { fault: 'stuck_status', on: 'poll', ...LATE, ...billed },
  { fault: 'status_backwards', on: 'poll', ...OK },
  { fault: 'no_progress', on: 'poll', ...OK },
];

/** Faults of the download from the URL that an answer names. */
export const WANTED_ON_RESULT: readonly WantedOutcome[] = [
  {
    fault: 'expired_url',
    on: 'result',
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_RESULT_GONE',
    ...billed,
    requests: 1,
  },
  { fault: 'server_error', on: 'result', times: 1, ...OK, requests: 2 },
  { fault: 'server_error', on: 'result', code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_UNREACHABLE', ...billed },
  { fault: 'rate_limit', on: 'result', times: 1, ...OK, requests: 2 },
  { fault: 'reset_connection', on: 'result', times: 1, ...OK },
  { fault: 'cut_body', on: 'result', times: 1, ...OK, requests: 2 },
  { fault: 'cut_body', on: 'result', code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_UNREACHABLE', ...billed },
  { fault: 'hang', on: 'result', ...LATE, reason: 'PROVIDER_RESULT_TIMEOUT', ...billed },
  { fault: 'slow_loris', on: 'result', ...LATE, reason: 'PROVIDER_RESULT_TIMEOUT', ...billed },
  { fault: 'wrong_type', on: 'result', code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_INVALID', ...billed, requests: 1 },
  {
    fault: 'html_with_200',
    on: 'result',
    code: 'UNAVAILABLE',
    reason: 'PROVIDER_RESULT_INVALID',
    ...billed,
    requests: 1,
  },
  {
    fault: 'redirect_elsewhere',
    on: 'result',
    code: 'FAILED_PRECONDITION',
    reason: 'PROVIDER_RESULT_FORBIDDEN',
    ...billed,
    requests: 1,
  },
  { fault: 'oversize', on: 'result', code: 'UNAVAILABLE', reason: 'PROVIDER_RESULT_INVALID', ...billed, requests: 1 },
];

/** The same where the file is fetched from the server that made it, with its key: a redirect is not followed at all. */
export const WANTED_ON_SERVER_RESULT: readonly WantedOutcome[] = withExceptions(WANTED_ON_RESULT, [
  { fault: 'expired_url', on: 'result', reason: 'PROVIDER_ACCESS_DENIED' },
  { fault: 'server_error', on: 'result', reason: 'PROVIDER_FAILED' },
  { fault: 'cut_body', on: 'result', reason: 'PROVIDER_CONNECTION_LOST' },
  { fault: 'hang', on: 'result', reason: 'PROVIDER_TIMEOUT' },
  { fault: 'slow_loris', on: 'result', reason: 'PROVIDER_TIMEOUT' },
  { fault: 'redirect_elsewhere', on: 'result', reason: 'PROVIDER_REDIRECTS' },
]);
