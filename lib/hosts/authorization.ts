const NAME = 'authorization';

/**
 * Returns the `Authorization` of a request, several joined as HTTP joins what may come several times: together they are
 * no token. Node itself keeps the first and drops the others, and what stands before us may have looked at another one.
 * @param rawHeaders names and values by turns, as they came.
 */
export function authorizationIn(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length !== NAME.length || name.toLowerCase() !== NAME) continue;
    const value = rawHeaders[at + 1] ?? '';
    found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
