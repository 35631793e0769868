const REDACTED = '[redacted]';

/** What stands between the digits of a phone: spaces, brackets, hyphens and dashes; in a URL `%20`. */
const GAP = String.raw`(?:[\s()\u2010-\u2015-]|%20){0,3}`;
/** Eleven digits that begin with 7 or 8, in any grouping. */
const ELEVEN_DIGITS = String.raw`[78](?:${GAP}\d){10}`;
/** A Russian phone, outside longer numbers and hexadecimal ids. */
const PHONE = new RegExp(String.raw`(?:\+|%2b|%20|(?<![\da-f]))${ELEVEN_DIGITS}(?![\da-f])`);

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
    // Mail addresses, before their Cyrillic part is taken for a name.
    {
      mark: /@|%40/,
      pattern:
        /[\w.%+\u0400-\u04ff-]{1,64}(?:@|%40)[\w\u0400-\u04ff-]{1,64}(?:\.[\w\u0400-\u04ff-]{1,64}){1,8}/g,
    },
    // With the accents of decomposed letters.
    {
      mark: /[\u0400-\u04ff]/,
      pattern: /[\u0400-\u04ff](?:[\s.,-]{0,4}(?:[\u0400-\u04ff]|\p{Mn}))*/gu,
    },
    // Percent-encoded Cyrillic.
    { mark: '%', pattern: /(?:%d[01]%[89ab][0-9a-f])+/gi },
    // Phones, Russian and international.
    { mark: PHONE, pattern: new RegExp(PHONE, 'g') },
    { mark: /\+|%2b/i, pattern: /(?:\+|%2b)\d(?:[\d\s().\u2010-\u2015-]|%20){8,20}\d/gi },
  ];

/**
 * Whether a line may have a mark other than a phone. Most have none, and are searched once instead of eight times. An
 * escape is one, for it may hide others.
 */
const ANY_MARK = /eyJ|bearer|:\/\/|[\u0400-\u04ff%+@\\]/i;

/** A shorter password could be part of any word, and its redaction would reveal it. */
const SHORTEST_SECRET = 8;

/** Returns the passwords in addresses of databases, for the list of secrets. */
export function passwordsOf(urls: readonly (string | null)[]): string[] {
  return urls.filter((url) => url !== null).map((url) => decodeURIComponent(new URL(url).password));
}

/** Returns our own secrets that are redacted, the longest first: one may be the beginning of another. */
function redactable(secrets: readonly string[]): string[] {
  return secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .toSorted((one, other) => other.length - one.length);
}

/** Returns a text without our own secrets. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return redactable(secrets).reduce((clean, secret) => clean.replaceAll(secret, REDACTED), text);
}

/** The strings of a JSON line, keys too, and its numbers. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

const PHONE_NUMBER = /^-?[78]\d{10}(?:\.\d+)?$/;

/** A longer line is not searched: none is written on purpose, and patterns have an end. In characters. */
const LONGEST_LINE = 2_500_000;

/**
 * Returns a function that redacts a JSON log line: our own secrets, tokens, passwords, names, phones, mail addresses.
 * The line stays JSON: a string is redacted as the text it stands for, and a number becomes 0.
 */
export function createRedaction(ownSecrets: readonly string[]): (line: string) => string {
  const secrets = redactable(ownSecrets);
  const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  const redactText = (text: string) => withoutMarked(withoutSecrets(text, secrets));
  const redactNumber = (digits: string) =>
    PHONE_NUMBER.test(digits) || secrets.some((secret) => digits.includes(secret)) ? '0' : digits;
  const redactToken = (token: string) =>
    token.startsWith('"') ? JSON.stringify(redactText(JSON.parse(token))) : redactNumber(token);
  return (line) => {
    if (line.length > LONGEST_LINE) return tooLong(line);
    const isMarked =
      ANY_MARK.test(line) || PHONE.test(line) || escaped.some((secret) => line.includes(secret));
    return isMarked ? line.replace(STRING_OR_NUMBER, redactToken) : line;
  };
}

function tooLong({ length }: string): string {
  const msg = `a line of ${length} characters is not logged`;
  return `${JSON.stringify({ level: 'WARNING', time: Date.now(), service: 'patrol-service', msg })}\n`;
}

function withoutMarked(text: string): string {
  let clean = text;
  for (const { mark, pattern, by = REDACTED } of SECRETS) {
    const isMarked = typeof mark === 'string' ? clean.includes(mark) : mark.test(clean);
    if (isMarked) clean = clean.replace(pattern, by);
  }
  return clean;
}
