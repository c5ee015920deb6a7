// Holds its own event loop up when it is told to.
process.on('message', ({ kind }: { kind: string }) => {
  if (kind === 'turn') {
    setTimeout(() => process.send?.({ kind: 'turned' }), 20);
    return;
  }
  for (const until = performance.now() + 400; performance.now() < until;);
  setTimeout(() => process.send?.({ kind: 'held up' }), 5);
});
process.send?.({ kind: 'ready' });
