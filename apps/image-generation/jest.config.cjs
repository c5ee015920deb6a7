module.exports = { ...require('../../jest.preset.cjs'), displayName: 'image-generation-service', rootDir: __dirname };
