/**
 * Asks for every page of the documentation. The service loads what makes them when they are first asked for, and keeps
 * them: from then on nothing is read from `node_modules` any more, which `npm ci` may remove while all of this runs.
 * @throws when a page is not there.
 */
export async function readEveryPage(url: string): Promise<void> {
  const page = await read(`${url}/docs`);
  const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  const pages = [`${url}/openapi.json`, `${url}/docs/`, ...named.map((path) => new URL(path, `${url}/docs`))];
  for (const address of pages) await read(address);
}

async function read(address: string | URL): Promise<string> {
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return text;
}
