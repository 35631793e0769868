const REDACTED = '[redacted]';

/**
 * What never leaves in a log line, whatever wrote it there: a mark that is quickly looked for, and the pattern that is
 * replaced where the mark was found. The log itself is English, so all Cyrillic in it is somebody's: a name, or a
 * reason that may hold one. Patterns are bounded, so that no line takes long that a caller had a hand in.
 */
const SECRETS: readonly { readonly mark: string | RegExp; readonly pattern: RegExp; readonly by?: string }[] =
  [
    // Tokens are JSON objects in base64url; and whatever follows "Bearer".
    { mark: 'eyJ', pattern: /eyJ[\w.-]*/g },
    { mark: /bearer/i, pattern: /(bearer(?:\s|%20)+)[^\s"\\]+/gi, by: `$1${REDACTED}` },
    // The password of an address, up to the last @ of its authority.
    {
      mark: '://',
      pattern: /(:\/\/[^\s:@/"\\]{0,64}:)[^\s"\\/?]{1,512}@/g,
      by: `$1${REDACTED}@`,
    },
    { mark: /[\u0400-\u04ff]/, pattern: /[\u0400-\u04ff](?:[\s.,-]{0,4}[\u0400-\u04ff])*/g },
    // The same as a URL has it.
    { mark: '%', pattern: /(?:%d[01]%[89ab][0-9a-f])+/gi },
    // Phones, and mail addresses.
    { mark: '+', pattern: /\+\d[\d\s()-]{8,20}\d/g },
    { mark: /\b[78]\d{10}\b/, pattern: /\b[78]\d{10}\b/g },
    { mark: '@', pattern: /[\w.%+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}/g },
  ];

/** Whether a line has any of the marks: most have none, and are looked through once and not seven times. */
const ANY_MARK = /eyJ|bearer|:\/\/|[\u0400-\u04ff%+@]|\b[78]\d{10}\b/i;

/** A shorter password may be part of any word, and would be recognised by what replaces it. */
const SHORTEST_SECRET = 8;

/**
 * Gives what takes from a log line, which is JSON and stays JSON, the service's own secrets, and all tokens, passwords,
 * names, phones and mail addresses.
 */
export function createRedaction(ownSecrets: readonly string[]): (line: string) => string {
  const telling = ownSecrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    // As JSON has it in a line.
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) =>
    withoutSecrets(telling.reduce((clean, secret) => clean.replaceAll(secret, REDACTED), line));
}

function withoutSecrets(line: string): string {
  if (!ANY_MARK.test(line)) return line;
  let clean = line;
  for (const { mark, pattern, by = REDACTED } of SECRETS) {
    const isMarked = typeof mark === 'string' ? clean.includes(mark) : mark.test(clean);
    if (isMarked) clean = clean.replace(pattern, by);
  }
  return clean;
}
