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

const uuid = { type: 'string', format: 'uuid' } as const;
export const PatrolId = Type.Unsafe<PatrolId>(uuid);
export const PatrolEntryId = Type.Unsafe<PatrolEntryId>(uuid);
export const UserId = Type.Unsafe<UserId>(uuid);
/** Excludes the year 0000: valid in ISO 8601, but not in PostgreSQL. */
export const CampusDate = Type.Unsafe<CampusDate>({ type: 'string', format: 'date', pattern: '^(?!0000)' });
export const Timestamp = Type.Unsafe<Timestamp>({ type: 'string', format: 'date-time' });

/** An entrance of a building. */
export interface Place {
  readonly building: string;
  readonly entrance: number;
}

/** The subject of a patrol: one entrance of a building, on one evening. */
export interface PatrolPlace extends Place {
  readonly date: CampusDate;
}
