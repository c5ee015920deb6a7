module.exports = { ...require('../../jest.preset.cjs'), displayName: 'job-api', rootDir: __dirname };
