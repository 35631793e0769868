/** `npm run build:lambda`: the function in `dist/lambda`, as one file, compiled, with the protocols that it reads. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { takeNoArguments } from '../../lib/bin/usage.ts';
import { FUNCTION } from './load-function.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the bundle goes. */
export const BUNDLE = `${ROOT}dist/lambda`;

/** Protocols that the function itself speaks; patrol.proto is the gRPC host's. */
const PROTOCOLS = ['auth.proto', 'application.proto'];

/** Writes the bundle anew. */
export async function bundle(folder = BUNDLE): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'proto'), { recursive: true });
  await bundleOf('infra/lambda/index.ts', join(folder, 'index.mjs'));
  await bundleOf('lib/bin/lambda.ts', join(folder, FUNCTION), AS_A_SCRIPT);
  for (const file of PROTOCOLS) await cp(`${ROOT}proto/${file}`, join(folder, 'proto', file));
  execFileSync(process.execPath, [`${ROOT}infra/lambda/write-code-cache.ts`, folder], { env: NOWHERE });
}

/** A script can be compiled beforehand, and a module cannot. */
const AS_A_SCRIPT: BuildOptions = {
  format: 'cjs',
  // Names stay, and stack traces with them; what is left out would only be read. Node prints the line of a fatal error.
  minifyWhitespace: true,
  lineLimit: 120,
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
};

/** An environment to open the function in, with nobody at the other end. */
const NOWHERE = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  AUTH_GRPC_HOST: '127.0.0.1',
  AUTH_GRPC_PORT: '1',
  APPLICATION_GRPC_HOST: '127.0.0.1',
  APPLICATION_GRPC_PORT: '1',
  JWT_SECRET_KEY: 'nothing-is-signed',
  LOG_LEVEL: 'fatal',
};

/** Bundles a module of the project, with all that it imports, into one file. */
export async function bundleOf(entry: string, outfile: string, own: BuildOptions = {}): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Readable stack traces are worth more than a smaller file.
    minify: false,
    sourcemap: true,
    sourcesContent: false,
    // An optional native driver of pg's, which is not installed.
    external: ['pg-native'],
    // Packages in CommonJS call `require` for Node's own modules; an ES module has none.
    banner: {
      js: `import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);`,
    },
    plugins: [protocolsBeside, withoutSwaggerUi, partOfZod, builtinsByRequire],
    logLevel: 'warning',
    ...own,
  });
}

/** The source finds a protocol a folder up; in the bundle it is next to it. */
const protocolsBeside: Plugin = {
  name: 'protocols-beside',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]proto\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('`../proto/', '`./proto/');
      if (contents === source) throw new Error(`${path} no longer says where the protocols are`);
      return { contents, loader: 'ts' };
    });
  },
};

/** Swagger UI is a folder of files for a browser, not code to bundle; `/openapi.json` is there all the same. */
const withoutSwaggerUi: Plugin = {
  name: 'without-swagger-ui',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@fastify\/swagger-ui$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default async () => {};' }));
  },
};

/**
 * Slonik imports Zod as one object, which has all of it: a tenth of an init. Of a namespace, only that is bundled which
 * is used.
 */
const partOfZod: Plugin = {
  name: 'part-of-zod',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@slonik[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace('import { z } from "zod"', 'import * as z from "zod"'),
      loader: 'js',
    }));
  },
};

/**
 * An `import` of one of Node's own modules looks at everything that it exports, lazy parts too: of `node:http` that is
 * the whole of `fetch`. `require` gives the module as it is, which makes a function's init a tenth shorter.
 */
const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z0-9:/_]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : null,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

if (import.meta.main) {
  takeNoArguments('npm run build:lambda\nWrites the bundle of the cloud function into dist/.');
  await bundle();
  const { size } = await stat(`${BUNDLE}/${FUNCTION}`);
  process.stdout.write(`dist/lambda/${FUNCTION}: ${(size / 1024 / 1024).toFixed(2)} MiB\n`);
}
