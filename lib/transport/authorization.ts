/**
 * Returns each value that a request has for a header, in the order in which they came.
 * @param rawHeaders names and values by turns, as they came.
 * @param name in lower case.
 */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

/**
 * Returns the `Authorization` of a request, several joined as HTTP joins what may come several times: together they are
 * no token. Node itself keeps the first and drops the others, and what stands before us may have looked at another one.
 * @param rawHeaders names and values by turns, as they came.
 */
export function authorizationHeader(rawHeaders: readonly string[]): string | undefined {
  const values = headerValues(rawHeaders, 'authorization');
  return values.length > 0 ? values.join(', ') : undefined;
}
