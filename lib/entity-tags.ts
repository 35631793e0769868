import type { FieldError } from './errors.ts';

/** What `If-Match` asks for: versions of which one must be the present one, or null for none or `*`. */
export type IfMatch = readonly string[] | null;

/**
 * Returns the entity tag of a version. It is strong: each change of a patrol or entry gives it another version; that of an
 * entry is its `updated_at`.
 */
export function entityTag(version: string): string {
  return `"${version}"`;
}

/** One entity tag of RFC 9110, with or without the quotes that some clients leave out. */
const TAG = /\s*(?:(W\/)?"([\x21\x23-\x7e]*)"|([\w.:-]+)|)\s*(?:,|$)/;

/**
 * Reads `If-Match` (RFC 9110, 13.1.1), joined if it came several times. A weak tag never matches.
 * @returns the versions, or a field error for a value that cannot be read.
 */
export function readIfMatch(value: string | undefined): {
  readonly ifMatch: IfMatch;
  readonly fieldErrors: readonly FieldError[];
} {
  const written = value?.trim();
  if (written === undefined || written === '*') return { ifMatch: null, fieldErrors: [] };
  const versions: string[] = [];
  let length = 0;
  for (const [part, weak, quoted, bare] of written.matchAll(new RegExp(TAG, 'gy'))) {
    length += part.length;
    const version = quoted ?? bare;
    // A list may have empty members.
    if (version !== undefined && weak === undefined) versions.push(version);
  }
  const isRead = written !== '' && length === written.length;
  return isRead ? { ifMatch: versions, fieldErrors: [] } : { ifMatch: null, fieldErrors: [UNREADABLE] };
}

const UNREADABLE: FieldError = { field: 'if-match', message: 'Ожидается ETag из прежнего ответа' };
