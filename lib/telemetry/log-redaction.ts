const REDACTED = '[redacted]';

/** Eleven digits that begin with 7 or 8, in any grouping, and are no part of a longer number or an id in hex. */
const PHONE = /(?<![\da-f])[78][\s()-]{0,3}\d{3}[\s)-]{0,3}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\da-f])/;

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
    // Phones: international, and as people in Russia write them. One that is a number of JSON's becomes another number.
    { mark: '+', pattern: /\+\d[\d\s()-]{8,20}\d/g },
    { mark: PHONE, pattern: /(?<=":)[78]\d{10}(?=[,}])/g, by: '0' },
    { mark: PHONE, pattern: new RegExp(PHONE, 'g') },
    // Mail addresses; the letter of an escape before one (`\n`) is no part of it.
    {
      mark: '@',
      pattern: /(\\(?:u[0-9a-f]{4}|.))?[\w.%+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}/g,
      by: `$1${REDACTED}`,
    },
  ];

/** Whether a line has any of the marks: most have none, and are looked through once and not seven times. */
const ANY_MARK = new RegExp(`eyJ|bearer|://|[\\u0400-\\u04ff%+@]|${PHONE.source}`, 'i');

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
