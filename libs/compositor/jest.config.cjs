module.exports = { ...require('../../jest.preset.cjs'), displayName: 'compositor', rootDir: __dirname };
