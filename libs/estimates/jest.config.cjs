module.exports = { ...require('../../jest.preset.cjs'), displayName: 'estimates', rootDir: __dirname };
