import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import type * as LambdaMain from '../../lib/bin/lambda.ts';
import { mapStackTraces } from './stack-traces.ts';

/** The bundle's files, in one folder. */
export const FUNCTION = 'function.cjs';
export const CODE_CACHE = 'function.cache';

export interface LoadedFunction {
  readonly entry: typeof LambdaMain;
  /** Gives V8's compiled code of all that has run so far. */
  compiled(): Buffer;
}

/**
 * Loads the bundled function with the code that V8 compiled when it was built, where an `import` would compile five
 * megabytes of JavaScript anew: half of an init. Node's own compile cache keeps only what is compiled before anything
 * runs, which is the smaller part.
 */
export function loadFunction(folder: string): LoadedFunction {
  const filename = join(folder, FUNCTION);
  const cache = join(folder, CODE_CACHE);
  // esbuild writes ASCII only; read as such, V8 keeps a byte a character.
  const source = readFileSync(filename, 'latin1');
  mapStackTraces(filename);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {\n${source}\n})`, {
    filename,
    lineOffset: -1,
    ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // Still right, but slow: V8 takes only what the same version of it wrote.
  if (script.cachedDataRejected)
    process.emitWarning(`${CODE_CACHE} was made by another Node; it is not used`);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, folder);
  // What the bundle exports is what the module that it was made of exports.
  return { entry: module.exports as typeof LambdaMain, compiled: () => script.createCachedData() };
}
