/** A space of any kind, or a character that an editor or a page leaves at the ends of a text unseen. */
const AT_THE_ENDS = /[\s\u00ad\u200b\u2060\ufeff]/;
/** Nothing that anybody could see: spaces, controls, what Unicode tells every font to leave out, the blank Braille pattern. */
const INVISIBLE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
/** NFC makes of a text a quarter of it at the least: what is longer is too long in any form. */
const NFC_SHRINKS_BY = 4;

/**
 * Returns a text as the service keeps it, wherever it came from: in Unicode's NFC, so that what looks alike is alike,
 * without spaces at its ends, and empty when nothing of it can be seen.
 * @param longest how many characters its field may have; what is far longer is left as it is, for its field to refuse:
 * to compose it could take minutes.
 */
export function plainText(text: string, longest: number): string {
  const trimmed = trimmedOf(text);
  if (trimmed.length > 2 * NFC_SHRINKS_BY * longest) return trimmed;
  const plain = trimmed.normalize('NFC');
  // NUL is no blank, but what no text may have: it is left for the check of the field to find.
  return INVISIBLE.test(plain) && !plain.includes('\0') ? '' : plain;
}

/** Returns a peer's text in plain form, without NUL, which PostgreSQL cannot store, and cut to what the column holds. */
export function peerText(text: string, longest: number): string {
  const readable = trimmedOf(text.replaceAll('\0', '')).slice(0, 2 * NFC_SHRINKS_BY * longest);
  const storable = plainText(readable.toWellFormed(), longest);
  return Array.from(storable).slice(0, longest).join('').trimEnd();
}

/** Looked at from both ends, and not by one pattern, which would try anew at every space within. */
function trimmedOf(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && AT_THE_ENDS.test(text.charAt(from))) from += 1;
  while (to > from && AT_THE_ENDS.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
