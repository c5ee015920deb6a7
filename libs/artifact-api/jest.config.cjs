module.exports = { ...require('../../jest.preset.cjs'), displayName: 'artifact-api', rootDir: __dirname };
