import { Buffer } from 'node:buffer';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/schema';
import { CampusDate, isUuid } from '../campus-types.ts';

/** The position in a list: after this patrol, in the list's order. `created_at` is in microseconds since 1970. */
export const ListPosition = Type.Object({
  date: CampusDate,
  created_at: Type.String(),
  patrol_id: Type.String(),
});
export type ListPosition = Static<typeof ListPosition>;

const POSITION = /^(?<date>[\d-]{10})\/(?<created_at>-?\d{1,16})\/(?<patrol_id>[0-9a-f-]{36})$/;

/** Returns a position as an opaque cursor: `next` in responses, `after` in requests. */
export function cursorOf({ date, created_at, patrol_id }: ListPosition): string {
  return Buffer.from(`${date}/${created_at}/${patrol_id}`).toString('base64url');
}

/** Returns the position in a cursor, or null if it is invalid. */
export function positionOf(cursor: string): ListPosition | null {
  const { date, created_at, patrol_id } =
    POSITION.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.groups ?? {};
  if (!Check(CampusDate, date) || !created_at || !isUuid(patrol_id)) return null;
  const position = { date, created_at, patrol_id };
  // The decoder skips characters that are not base64url.
  return cursorOf(position) === cursor ? position : null;
}

/** Returns the field errors of a list's `after`: it must be a `next` of ours, and excludes `page`. */
export function fieldErrorsOfAfter({ after, page }: Readonly<Record<string, unknown>>) {
  if (after === undefined) return [];
  if (typeof after === 'string' && !positionOf(after)) {
    return [{ field: 'after', message: 'Ожидается next предыдущей страницы' }];
  }
  return page === undefined ? [] : [{ field: 'page', message: 'Нельзя вместе с after' }];
}
