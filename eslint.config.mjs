import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Each third party has one home. `from` are the folders that may import it.
const fences = [
  {
    name: 'grpc-js',
    patterns: ['@grpc/*'],
    from: ['libs/rpc', 'libs/contracts', 'libs/client', 'apps/e2e', 'tools/bench'],
  },
  { name: 'the job engine', patterns: ['@dbos-inc/*', 'pg'], from: ['libs/jobs', 'tools/bench'] },
  {
    name: 'the OpenTelemetry SDK',
    patterns: ['@opentelemetry/*', '!@opentelemetry/api', '!@opentelemetry/semantic-conventions'],
    from: ['libs/telemetry', 'apps/e2e'],
  },
  { name: 'undici', patterns: ['undici'], from: ['libs/providers'] },
  {
    name: 'sharp',
    patterns: ['sharp'],
    from: ['libs/compression', 'libs/compositor', 'apps/e2e', 'tools/stack', 'tools/bench', 'tools/emulators'],
  },
  { name: 'process.env', patterns: [], from: ['libs/config', 'tools', 'apps/e2e'] },
];

const layer = (name, ...may) => ({
  sourceTag: `layer:${name}`,
  onlyDependOnLibsWithTags: may.map((tag) => `layer:${tag}`),
});

export default tseslint.config(
  {
    ignores: ['**/dist', '**/out-tsc', '**/coverage', '**/src/gen', '**/node_modules', '.nx', '.framesong', '**/.venv'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name every export.' },
        { selector: 'ExportAllDeclaration', message: 'List the exports one by one.' },
      ],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            layer('foundation', 'foundation'),
            layer('contracts'),
            layer('rpc', 'foundation', 'contracts'),
            layer('kit', 'foundation'),
            layer('client', 'foundation', 'rpc', 'contracts'),
            layer('api', 'foundation', 'rpc', 'contracts', 'kit'),
            layer('app', 'foundation', 'rpc', 'contracts', 'kit', 'api', 'client'),
            layer('e2e', 'foundation', 'rpc', 'contracts', 'client', 'kit', 'tool'),
            layer('docs', 'foundation', 'rpc', 'kit', 'client', 'app'),
            layer('tool', 'foundation', 'rpc', 'contracts', 'client', 'kit', 'tool'),
          ],
        },
      ],
    },
  },
  ...fences
    .filter((fence) => fence.patterns.length > 0)
    .map((fence) => ({
      files: ['**/*.ts'],
      ignores: fence.from.map((folder) => `${folder}/**`),
      // One rule name can be configured once per file, so each fence uses its own alias of the rule.
      plugins: {
        [`fence-${fence.name.replaceAll(' ', '-').toLowerCase()}`]: {
          rules: { imports: tseslint.plugin.rules['no-restricted-imports'] },
        },
      },
      rules: {
        [`fence-${fence.name.replaceAll(' ', '-').toLowerCase()}/imports`]: [
          'error',
          {
            patterns: [
              {
                group: fence.patterns,
                message: `Only ${fence.from.join(', ')} may import ${fence.name}.`,
                allowTypeImports: false,
              },
            ],
          },
        ],
      },
    })),
  {
    files: ['**/*.ts'],
    ignores: ['libs/config/**', 'tools/**', 'apps/e2e/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings come through @framesong/config.' },
      ],
    },
  },
  {
    files: ['tools/**/*.ts', '**/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        Atomics: 'readonly',
        Buffer: 'readonly',
        Int32Array: 'readonly',
        SharedArrayBuffer: 'readonly',
        URL: 'readonly',
        __dirname: 'readonly',
        console: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        setTimeout: 'readonly',
        performance: 'readonly',
      },
    },
  },
);
