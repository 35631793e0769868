import type { PatrolEntryId } from '../campus-types.ts';
import type { FieldError } from '../errors.ts';

/** A student's mark; null: not checked. An absence without a reason is unexplained. */
export type Mark =
  | { readonly is_present: true | null; readonly absence_reason: null }
  | { readonly is_present: false; readonly absence_reason: string | null };

/** A mark of one entry among several. */
export type EntryMark = Mark & { readonly patrol_entry_id: PatrolEntryId };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns a mark's fields without the reason of a present or unchecked student, which is ignored (docs/contract.md,
 * *Marking*): the campus's own page sends the old one back.
 */
export function withoutIgnoredReason(fields: Fields): Fields {
  const isIgnored = fields.is_present === true || fields.is_present === null;
  if (!isIgnored || (typeof fields.absence_reason !== 'string' && fields.absence_reason !== null))
    return fields;
  const { absence_reason: _ignored, ...mark } = fields;
  return mark;
}

/** Returns the fields of several marks, without such reasons. */
export function withoutIgnoredReasons(fields: Fields): Fields {
  const { marks } = fields;
  if (!Array.isArray(marks)) return fields;
  return { ...fields, marks: marks.map((mark) => (isObject(mark) ? withoutIgnoredReason(mark) : mark)) };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the mark of valid input; a blank reason is none. */
export function markOf(mark: {
  readonly is_present: boolean | null;
  readonly absence_reason?: string | null;
}): Mark {
  const { is_present, absence_reason } = mark;
  if (is_present !== false) return { is_present, absence_reason: null };
  return { is_present, absence_reason: absence_reason || null };
}

/** How many marks a request may have: more than any entrance has students. */
export const MAX_MARKS = 200;

/** Returns a field error for each repeated entry among several marks. */
export function fieldErrorsOfMarks({ marks }: Fields): FieldError[] {
  if (!Array.isArray(marks) || marks.length > MAX_MARKS) return [];
  const seen = new Set<string>();
  return marks.flatMap((mark: unknown, at) => {
    const id = isObject(mark) ? mark.patrol_entry_id : undefined;
    if (typeof id !== 'string') return [];
    if (!seen.has(id)) return seen.add(id) && [];
    return [{ field: `marks[${at}].patrol_entry_id`, message: 'Эта запись уже есть среди отметок' }];
  });
}
