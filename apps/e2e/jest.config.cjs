module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'e2e',
  rootDir: __dirname,
  // Each spec starts services of its own and waits for them half of its time, so two at once are worth it.
  maxWorkers: 2,
  // By the targets `providers`, `engines` and `crashes`.
  testPathIgnorePatterns: ['/node_modules/', '/out-tsc/', '/src/providers/', '/src/engines/', '/src/crash-suite/'],
  // Generous, because a busy machine starts processes slowly. What must be fast is asserted, not left to this.
  testTimeout: 120_000,
  // A service that a failed test has left would hold the run open for ever; it ends with this process.
  forceExit: true,
};
