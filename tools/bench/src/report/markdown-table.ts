import type { Figure } from '../bench.ts';
import { numberText } from './number-text.ts';

const HEADS = ['figure', 'value', 'unit', 'lowest to highest', 'runs', 'against'];

/** Figures as a table that reads well raw too; laid out as prettier lays out tables. */
export function markdownTable(figures: readonly Figure[]): string[] {
  const rows = figures.map(({ figure, value, unit, spread, against }) => [
    `\`${figure}\``,
    numberText(value),
    unit,
    spread ? `${numberText(spread.min)} to ${numberText(spread.max)}` : '',
    spread ? String(spread.runs) : '',
    against,
  ]);
  const widths = HEADS.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(HEADS), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
