module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'e2e',
  rootDir: __dirname,
  // Each spec starts services of its own; two specs at once would only wait for each other on a small machine.
  maxWorkers: 1,
  // Generous, because a busy machine starts processes slowly. What must be fast is asserted, not left to this.
  testTimeout: 120_000,
  // A service that a failed test has left would hold the run open for ever; it ends with this process.
  forceExit: true,
};
