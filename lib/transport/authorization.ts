/** Returns all values of a header. @param rawHeaders alternating names and values. @param name in lower case. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

/**
 * Returns a request's `Authorization`; several are joined, and are no valid token: Node keeps only the first, and a
 * proxy may have checked another.
 * @param rawHeaders alternating names and values.
 */
export function authorizationHeader(rawHeaders: readonly string[]): string | undefined {
  const values = headerValues(rawHeaders, 'authorization');
  return values.length > 0 ? values.join(', ') : undefined;
}
