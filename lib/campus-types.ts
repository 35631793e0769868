import Type from 'typebox';

/** A string that only its own field accepts: a PatrolId is never a UserId. */
type Branded<Name extends string> = string & { readonly brand: Name };

export type PatrolId = Branded<'PatrolId'>;
export type PatrolEntryId = Branded<'PatrolEntryId'>;
export type UserId = Branded<'UserId'>;
/** A calendar day of the campus, `YYYY-MM-DD`. */
export type CampusDate = Branded<'CampusDate'>;
/** A moment, ISO 8601 in UTC with `Z`. */
export type Timestamp = Branded<'Timestamp'>;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether it is a UUID as text, in any letter case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** An id; the example is what the API documentation fills in. */
const uuid = (description: string, example: string) =>
  ({ type: 'string', format: 'uuid', description, examples: [example] }) as const;
export const PatrolId = Type.Unsafe<PatrolId>(uuid('Обход', '5f0c6b1e-7d43-4a52-9c61-0e8f2b7a1d34'));
export const PatrolEntryId = Type.Unsafe<PatrolEntryId>(
  uuid('Запись проверки: один студент в одном обходе', 'b2a9d7c4-18e6-4f3b-8a05-6d9c3e7f2b10'),
);
export const UserId = Type.Unsafe<UserId>(
  uuid('Человек, как его знает auth-service', '3d200b8a-d221-4c8a-a9dc-76b34f89a999'),
);
/** Excludes the year 0000: valid in ISO 8601, but not in PostgreSQL. Without a lookahead, which RE2 has none of. */
export const CampusDate = Type.Unsafe<CampusDate>({
  ...{ type: 'string', format: 'date', pattern: '^(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-' },
  description: 'День кампуса, ГГГГ-ММ-ДД',
  examples: ['2026-11-23'],
});
export const Timestamp = Type.Unsafe<Timestamp>({
  ...{ type: 'string', format: 'date-time', description: 'Момент, ISO 8601 в UTC' },
  examples: ['2026-11-23T19:30:00.000Z'],
});

/** An entrance of a building. */
export interface Place {
  readonly building: string;
  readonly entrance: number;
}

/** The subject of a patrol: one entrance of a building, on one evening. */
export interface PatrolPlace extends Place {
  readonly date: CampusDate;
}
