import type { CollectedSpan } from './otlp-collector.ts';

/** `compression SERVER CompressImageSet`: who, how and what, without package names. */
export function labelOf({ service, kind, name }: CollectedSpan): string {
  const short = name.split('/').at(-1)!;
  return [service.replace('framesong-', ''), ...(kind === 'INTERNAL' ? [] : [kind]), short].join(' ');
}

/**
 * The tree of a trace as indented labels; spans of one label under the same parent are shown once, with the children of all.
 * @throws Error when the trace has several roots or a span whose parent is not there
 */
export function outlineOf(trace: readonly CollectedSpan[]): string[] {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentId }) => parentId === '');
  const lost = trace.filter(({ parentId }) => parentId !== '' && !ids.has(parentId));
  if (roots.length !== 1 || lost.length > 0)
    throw new Error(`roots: ${roots.map(labelOf).join(', ')}; without parent: ${lost.map(labelOf).join(', ')}`);
  const linesOf = (spans: readonly CollectedSpan[], depth: number): string[] =>
    [...Map.groupBy(spans, labelOf)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([label, group]) => [
        '  '.repeat(depth) + label,
        ...linesOf(
          group.flatMap((span) => childrenOf(trace, span)),
          depth + 1,
        ),
      ]);
  return linesOf(roots, 0);
}

/** The edges of a trace, each as `parent > child`. */
export function edgesOf(trace: readonly CollectedSpan[]): Set<string> {
  return new Set(
    trace.flatMap((parent) => childrenOf(trace, parent).map((child) => `${labelOf(parent)} > ${labelOf(child)}`)),
  );
}

export function childrenOf(trace: readonly CollectedSpan[], { spanId }: CollectedSpan): CollectedSpan[] {
  return trace.filter(({ parentId }) => parentId === spanId);
}
