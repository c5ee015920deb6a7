/** Specs that would make `npm test` too long; each folder has a target of its own, and CI runs them. */
module.exports = { ...require('./jest.config.cjs'), testPathIgnorePatterns: ['/node_modules/', '/out-tsc/'] };
