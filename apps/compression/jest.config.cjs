module.exports = { ...require('../../jest.preset.cjs'), displayName: 'compression-service', rootDir: __dirname };
