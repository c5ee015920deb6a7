// Holds on to as many objects as it is told to, and makes ten times as many that it lets go of.
const held: object[][] = [];
process.on('message', ({ kind, count }: { kind: string; count: number }) => {
  if (kind !== 'hold') return;
  held.push(Array.from({ length: count }, (_, index) => ({ index })));
  for (let turn = 0; turn < 10; turn++) Array.from({ length: count }, (_, index) => ({ index }));
  process.send?.({ kind: 'held', arrays: held.length });
});
process.send?.({ kind: 'ready' });
