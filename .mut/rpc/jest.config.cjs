module.exports = { ...require('/work/main/jest.preset.cjs'), displayName: 'rpc', rootDir: __dirname };
