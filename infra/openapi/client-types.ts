import { registerHooks } from 'node:module';

/**
 * Returns the types of a document as openapi-typescript writes them. It needs the compiler's JavaScript API, which
 * TypeScript 7 has none of: it gets the TypeScript 5 of another package.
 */
export async function clientTypes(document: string): Promise<string> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
  });
  try {
    const { default: typesOf, astToString } = await import('openapi-typescript');
    const types = astToString(await typesOf(document));
    return `// Written by \`npm run openapi\` from docs/openapi.json.\n${types}`;
  } finally {
    hooks.deregister();
  }
}
