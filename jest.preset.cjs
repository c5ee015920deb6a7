// Jest runs in CommonJS mode over the ESM sources: no experimental flags; only top-level await is out.
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { swcrc: false, jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ['node', 'require', 'default'] },
  testTimeout: 30_000,
  // Generated code, and libraries that only real services can show (apps/e2e does), have no specs of their own.
  passWithNoTests: true,
};
