const REDACTED = '[redacted]';

/** Eleven digits that begin with 7 or 8, in any grouping, outside longer numbers and hexadecimal ids. */
const PHONE = /(?<![\da-f])[78][\s()-]{0,3}\d{3}[\s)-]{0,3}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\da-f])/;

/**
 * What is redacted: a mark that is found fast, and the pattern to replace. Our log is English, so Cyrillic is a name or
 * a reason. Patterns are bounded, so that no input is slow.
 */
const SECRETS: readonly { readonly mark: string | RegExp; readonly pattern: RegExp; readonly by?: string }[] =
  [
    // Tokens are JSON objects in base64url; and anything after "Bearer".
    { mark: 'eyJ', pattern: /eyJ[\w.-]*/g },
    { mark: /bearer/i, pattern: /(bearer(?:\s|%20)+)[^\s"\\]+/gi, by: `$1${REDACTED}` },
    // The password of a URL, up to the last @ of its authority.
    {
      mark: '://',
      pattern: /(:\/\/[^\s:@/"\\]{0,64}:)[^\s"\\/?]{1,512}@/g,
      by: `$1${REDACTED}@`,
    },
    { mark: /[\u0400-\u04ff]/, pattern: /[\u0400-\u04ff](?:[\s.,-]{0,4}[\u0400-\u04ff])*/g },
    // Percent-encoded Cyrillic.
    { mark: '%', pattern: /(?:%d[01]%[89ab][0-9a-f])+/gi },
    // Phones, international and Russian. A JSON number is replaced by a number.
    { mark: '+', pattern: /\+\d[\d\s()-]{8,20}\d/g },
    { mark: PHONE, pattern: /(?<=":)[78]\d{10}(?=[,}])/g, by: '0' },
    { mark: PHONE, pattern: new RegExp(PHONE, 'g') },
    // Mail addresses, without the letter of a JSON escape (`\n`) before them.
    {
      mark: '@',
      pattern: /(\\(?:u[0-9a-f]{4}|.))?[\w.%+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}/g,
      by: `$1${REDACTED}`,
    },
  ];

/** Any of the marks. Most lines have none, and are searched once instead of eight times. */
const ANY_MARK = new RegExp(`eyJ|bearer|://|[\\u0400-\\u04ff%+@]|${PHONE.source}`, 'i');

/** A shorter password could be part of any word, and its redaction would reveal it. */
const SHORTEST_SECRET = 8;

/** Returns a function that redacts a JSON log line: our own secrets, tokens, passwords, names, phones, mail addresses. */
export function createRedaction(ownSecrets: readonly string[]): (line: string) => string {
  const escaped = ownSecrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    // As JSON escapes it in a line.
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) =>
    withoutSecrets(escaped.reduce((clean, secret) => clean.replaceAll(secret, REDACTED), line));
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
