// Loaded into a process with `node --expose-gc --import`, before its own code: when its parent asks for it, collects all garbage
// and tells what is left. The process then lives as long as its parent does, or until it ends itself as services do.
process.on('message', ({ kind }: { kind: string }) => {
  if (kind !== 'heap') return;
  // Twice: what a finalizer lets go of is free only after the next collection.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ kind: 'heap', usedBytes: heapUsed, externalBytes: external });
});
