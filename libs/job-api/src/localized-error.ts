import type { FramesongError } from '@framesong/errors';
import type { Language } from '@framesong/rpc';

/** Adds what to tell people, in their language, to a refusal because the queue is full; other errors stay as they are. */
export function withQueueNotice(error: FramesongError, language: Language): FramesongError {
  if (error.reason !== 'QUEUE_FULL') return error;
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 0) / 1000));
  const message =
    language === 'zh-CN'
      ? `队列已满，请在${seconds}秒后重试；使用相同的请求编号重试不会重复执行。`
      : `The queue is full. Come back in ${seconds} s; a repeat with the same request id is never done twice.`;
  return error.with({ localized: { locale: language, message } });
}

/** Adds what to tell people, in their language, to a refusal because of a limit on spending; other errors stay as they are. */
export function withSpendingNotice(error: FramesongError, language: Language): FramesongError {
  if (error.reason !== 'SPENDING_LIMIT') return error;
  const { currency = '', limit_amount: limit = '', spent = '', at_risk: atRisk = '', cost = '', period_ends: ends } = error.metadata; // prettier-ignore
  const message =
    language === 'zh-CN'
      ? `已达到支出上限${limit} ${currency}：已支出${spent}，待确认${atRisk}，本次需${cost}${ends ? `；${ends}起重新计算` : ''}。`
      : `The limit on spending of ${limit} ${currency} is reached: ${spent} is spent, ${atRisk} is not certain, and this would cost ${cost}.${ends ? ` It begins anew at ${ends}.` : ''}`;
  return error.with({ localized: { locale: language, message } });
}

/** Adds to an error of a call that gave up waiting that its job goes on. */
export function withDetachedNotice(error: FramesongError, jobId: string, language: Language): FramesongError {
  const message =
    language === 'zh-CN'
      ? `等待时间已到，任务${jobId}会继续进行，凭此编号可随时查询结果。`
      : `The time to wait is up. Job ${jobId} goes on, and its id finds the result at any time.`;
  return error.with({ localized: { locale: language, message } });
}
