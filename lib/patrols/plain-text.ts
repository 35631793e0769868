/** Whitespace, or an invisible character that editors and pages leave at the ends of a text. */
const AT_THE_ENDS = /[\s\u00ad\u200b\u2060\ufeff]/;
/** A text without a visible character: spaces, controls, default-ignorable code points, the blank Braille pattern. */
const INVISIBLE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
/** NFC shrinks a text to a quarter at most: a longer one is too long in any form. */
const NFC_SHRINKS_BY = 4;

/**
 * Returns a text as it is stored: in NFC, trimmed, and empty if nothing in it is visible.
 * @param longest the field's maximum. A far longer text, which takes minutes to normalize, is only trimmed.
 */
export function plainText(text: string, longest: number): string {
  const trimmed = trimmedOf(text);
  if (trimmed.length > 2 * NFC_SHRINKS_BY * longest) return trimmed;
  const plain = trimmed.normalize('NFC');
  // NUL is not blank: it is left for the field's own check.
  return INVISIBLE.test(plain) && !plain.includes('\0') ? '' : plain;
}

/** Returns a peer's text in stored form, without NUL, which PostgreSQL cannot store, cut to the column's length. */
export function peerText(text: string, longest: number): string {
  const readable = trimmedOf(text.replaceAll('\0', '')).slice(0, 2 * NFC_SHRINKS_BY * longest);
  const storable = plainText(readable.toWellFormed(), longest);
  return Array.from(storable).slice(0, longest).join('').trimEnd();
}

/** Returns the text trimmed from both ends. One pattern for both would backtrack at every inner space. */
function trimmedOf(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && AT_THE_ENDS.test(text.charAt(from))) from += 1;
  while (to > from && AT_THE_ENDS.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
