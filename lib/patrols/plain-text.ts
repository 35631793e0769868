/** Spaces of every kind, and the characters that an editor or a page leaves at the ends of a text unseen. */
const AT_THE_ENDS = /^[\s\u00ad\u200b\u2060\ufeff]+|[\s\u00ad\u200b\u2060\ufeff]+$/g;
/** Nothing that anybody could see: spaces, controls, what Unicode tells every font to leave out, the blank Braille pattern. */
const INVISIBLE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * Returns a text as the service keeps it, wherever it came from: in Unicode's NFC, so that what looks alike is alike,
 * without spaces at its ends, and empty when nothing of it can be seen.
 */
export function plainText(text: string): string {
  const plain = text.normalize('NFC').replaceAll(AT_THE_ENDS, '');
  // NUL is no blank, but what no text may have: it is left for the check of the field to find.
  return INVISIBLE.test(plain) && !plain.includes('\0') ? '' : plain;
}

/** Returns a peer's text in plain form, without NUL, which PostgreSQL cannot store, and cut to what the column holds. */
export function peerText(text: string, longest: number): string {
  const storable = plainText(text.replaceAll('\0', '').toWellFormed());
  return Array.from(storable).slice(0, longest).join('').trimEnd();
}
