/** `npm run build:lambda`: the function as one file, `dist/lambda/index.mjs`, with the protocols that it reads beside it. */
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the bundle goes. */
export const BUNDLE = `${ROOT}dist/lambda`;

/** Protocols that the function itself speaks; patrol.proto is the gRPC host's. */
const PROTOCOLS = ['auth.proto', 'application.proto'];

/** Writes the bundle anew. */
export async function bundle(): Promise<void> {
  await rm(BUNDLE, { recursive: true, force: true });
  await mkdir(`${BUNDLE}/proto`, { recursive: true });
  await bundleOf('lib/lambda-main.ts', `${BUNDLE}/index.mjs`);
  for (const file of PROTOCOLS) await cp(`${ROOT}proto/${file}`, `${BUNDLE}/proto/${file}`);
}

/** Bundles a module of the project, with all that it imports, into one file. */
export async function bundleOf(entry: string, outfile: string): Promise<void> {
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
    // An optional native driver of pg's, which is not installed.
    external: ['pg-native'],
    // Packages in CommonJS call `require` for Node's own modules; an ES module has none.
    banner: {
      js: `import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);`,
    },
    plugins: [protocolsBeside, withoutSwaggerUi, builtinsByRequire],
    logLevel: 'warning',
  });
}

/** The source finds a protocol two folders up; in the bundle it is next to it. */
const protocolsBeside: Plugin = {
  name: 'protocols-beside',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]peers[\\/]proto\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('`../../proto/', '`./proto/');
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
  await bundle();
  const { size } = await stat(`${BUNDLE}/index.mjs`);
  process.stdout.write(`dist/lambda/index.mjs: ${(size / 1024 / 1024).toFixed(2)} MiB\n`);
}
