module.exports = { ...require('../../jest.preset.cjs'), displayName: 'composer', rootDir: __dirname };
