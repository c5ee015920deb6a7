module.exports = { ...require('../../jest.preset.cjs'), displayName: 'result-cache', rootDir: __dirname };
