// Does nothing: shows what the machine alone does to an event loop.
process.on('disconnect', () => process.exit());
process.send?.({ kind: 'ready' });
