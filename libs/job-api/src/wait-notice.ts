import type { LocalizedMessage } from '@framesong/contracts/google/rpc/error_details';
import type { Language } from '@framesong/rpc';
import type { Estimate, Interval } from './expected-times.ts';

/** What a notice tells. */
export interface NoticeFacts {
  readonly remaining: Estimate;
  /** 0 when not queued. */
  readonly queuePosition: number;
  /** Silence so far, of a job that is stalled. */
  readonly stalledForMs: number | undefined;
}

/** Where less is expected, nobody needs a notice. */
const LONG_WAIT_MS = 30_000;

/** Texts of one language. */
interface Words {
  range(interval: Interval): string;
  history(range: string, samples: number): string;
  known(range: string): string;
  place(position: number): string;
  stalled(range: string): string;
  readonly advice: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    range: (interval) => rangeText(interval, ' to ', { s: ' s', min: ' min', h: ' h' }),
    history: (range, samples) => `By the last ${samples} jobs like it, ${range} more are expected.`,
    known: (range) => `Such work usually takes ${range} more.`,
    place: (position) => `It is number ${position} in the queue.`,
    stalled: (range) =>
      `Nothing was heard of it for ${range}, longer than usual: its run timeout ends it if that stays so, or cancel it and retry it.`,
    advice: 'Nobody has to wait on the line: the job goes on, and its id finds it again at any time.',
  },
  'zh-CN': {
    range: (interval) => rangeText(interval, '到', { s: '秒', min: '分钟', h: '小时' }),
    history: (range, samples) => `根据最近${samples}个同类任务，预计还需${range}。`,
    known: (range) => `此类任务通常还需${range}。`,
    place: (position) => `当前排在第${position}位。`,
    stalled: (range) => `已有${range}没有新的进展，超过平常：若持续如此，运行时限会结束该任务，也可以取消后重试。`,
    advice: '无需一直等待：任务会继续进行，凭任务编号可随时查询。',
  },
};

/** The notice of a long wait; undefined where the wait is short and nothing is stalled. */
export function waitNotice(facts: NoticeFacts, language: Language): LocalizedMessage | undefined {
  const { remaining, queuePosition, stalledForMs } = facts;
  if (remaining.highMs < LONG_WAIT_MS && stalledForMs === undefined) return undefined;
  const words = WORDS[language];
  const range = words.range(remaining);
  const sentences = [
    ...(stalledForMs === undefined
      ? [remaining.basis === 'history' ? words.history(range, remaining.sampleCount) : words.known(range)]
      : [words.stalled(words.range({ lowMs: stalledForMs, highMs: stalledForMs }))]),
    ...(queuePosition > 0 ? [words.place(queuePosition)] : []),
    words.advice,
  ];
  return { locale: language, message: sentences.join(language === 'en' ? ' ' : '') };
}

type Units = Readonly<Record<'s' | 'min' | 'h', string>>;

/** `10 to 90 s`, `5 to 15 min`; never narrower than the interval. */
function rangeText({ lowMs, highMs }: Interval, between: string, units: Units): string {
  const [unit, unitMs] =
    highMs <= 120_000 ? (['s', 1000] as const) : highMs <= 7_200_000 ? (['min', 60_000] as const) : (['h', 3_600_000] as const); // prettier-ignore
  const low = Math.floor(lowMs / unitMs);
  const high = Math.ceil(highMs / unitMs);
  return low === high ? `${high}${units[unit]}` : `${low}${between}${high}${units[unit]}`;
}
