module.exports = { ...require('../../jest.preset.cjs'), displayName: 'music-service', rootDir: __dirname };
