import type { SongPlan } from '../score/song-plan.ts';

/** The lines of a song with their times as LRC text, section names as remarks; an instrumental has the sections alone. */
export function encodeLrc(plan: SongPlan): string {
  const lines = [
    `[re:${plan.engine.name}]`,
    ...(plan.engine.version === '' ? [] : [`[ve:${plan.engine.version}]`]),
    `[length:${clock(plan.durationSeconds)}]`,
  ];
  for (const section of plan.sections) {
    lines.push(`[${clock(section.startSeconds)}]# ${section.name}`);
    for (const line of section.lines) lines.push(`[${clock(line.startSeconds)}]${line.text}`);
  }
  return `${lines.join('\n')}\n`;
}

/** mm:ss.xx */
function clock(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const minutes = Math.floor(hundredths / 6000);
  return `${pad(minutes)}:${pad(Math.floor((hundredths % 6000) / 100))}.${pad(hundredths % 100)}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
