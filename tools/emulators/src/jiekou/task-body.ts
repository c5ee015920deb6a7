import type { TaskQuirk } from '../faults/fault-script.ts';

/** A task as the emulator keeps it. */
export interface EmulatedTask {
  readonly taskId: string;
  readonly ids: readonly string[];
  readonly type: string;
  /** How often it was asked for. */
  polls: number;
}

interface View {
  readonly origin: string;
  readonly quirk: TaskQuirk | undefined;
  /** How many questions it takes until it is done. */
  readonly needed: number;
  /** It fails in the end, with these words. */
  readonly failsWith: string | undefined;
}

const STATUSES = ['TASK_STATUS_QUEUED', 'TASK_STATUS_PROCESSING'] as const;

/** What the provider says of a task: real answers say 0 percent also on success, and the time to live is a text. */
export function taskBody(task: EmulatedTask, { origin, quirk, needed, failsWith }: View): unknown {
  const isOver = quirk !== 'stuck_status' && task.polls > needed;
  const isDone = isOver && failsWith === undefined;
  return {
    task: {
      eta: 0,
      reason: isOver ? (failsWith ?? '') : '',
      status: isOver ? (isDone ? 'TASK_STATUS_SUCCEED' : 'TASK_STATUS_FAILED') : statusBefore(task, quirk),
      task_id: task.taskId,
      task_type: task.type.toUpperCase(),
      progress_percent: isOver ? 0 : percentBefore(task, quirk, needed),
    },
    extra: { has_nsfw_contents: [], enable_nsfw_detection: false },
    images: isDone ? task.ids.map((id) => resultOf(`${origin}/files/${id}`)) : [],
    videos: [],
    audios: [],
  };
}

function statusBefore({ polls }: EmulatedTask, quirk: TaskQuirk | undefined): string {
  if (quirk === 'stuck_status') return STATUSES[1];
  const step = Math.min(polls - 1, 1);
  return STATUSES[quirk === 'status_backwards' ? 1 - step : step]!;
}

function percentBefore({ polls }: EmulatedTask, quirk: TaskQuirk | undefined, needed: number): number {
  if (quirk === 'no_progress') return 0;
  if (quirk === 'stuck_status') return 40;
  const share = Math.round((100 * (polls - 1)) / Math.max(1, needed));
  return quirk === 'status_backwards' ? 90 - share : share;
}

function resultOf(url: string): unknown {
  return { image_url: url, image_type: 'png', image_url_ttl: '172800', nsfw_detection_result: null };
}
