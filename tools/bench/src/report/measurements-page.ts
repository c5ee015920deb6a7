import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../bench.ts';
import { machineText, type Machine } from '../machine.ts';
import { ROOT } from '../processes/bench-stack.ts';
import { markdownTable } from './markdown-table.ts';

const PAGE = join(ROOT, 'docs/measurements.md');

/** Puts the figures of a bench into docs/measurements.md. */
export function writeToPage(bench: string, figures: readonly Figure[], machine: Machine, quick: boolean): void {
  const block = [`${machineText(machine)}${quick ? ', a quick run' : ''}.`, '', ...markdownTable(figures)].join('\n');
  writeFileSync(PAGE, replaceBetweenMarkers(readFileSync(PAGE, 'utf8'), bench, block));
}

/**
 * The page with `block` between the markers of a bench.
 * @throws Error when the page has no such markers
 */
export function replaceBetweenMarkers(page: string, bench: string, block: string): string {
  const [opening, closing] = [`<!-- figures of ${bench} -->`, `<!-- end of ${bench} -->`];
  const [from, to] = [page.indexOf(opening), page.indexOf(closing)];
  if (from < 0 || to < from) throw new Error(`the page needs the lines ${opening} and ${closing}`);
  return `${page.slice(0, from + opening.length)}\n\n${block}\n\n${page.slice(to)}`;
}
