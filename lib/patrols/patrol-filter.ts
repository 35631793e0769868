import { type FragmentSqlToken, sql } from 'slonik';
import type { CampusDate } from './schemas.ts';

/** What a list is narrowed to; what is not given is not asked about. */
export interface PatrolFilter {
  readonly date?: CampusDate | undefined;
  readonly building?: string | undefined;
  readonly entrance?: number | undefined;
  readonly status?: string | undefined;
}

type Column = keyof PatrolFilter;

const COLUMNS: readonly Column[] = ['date', 'building', 'entrance', 'status'];

/** Every set of columns that may be given, from none to all. */
const SETS = Array.from({ length: 2 ** COLUMNS.length }, (_, bits) =>
  COLUMNS.filter((_column, place) => bits & (1 << place)),
);

/** The condition of each set, written once for all values, and not anew for each list. */
const CONDITIONS: ReadonlyMap<string, FragmentSqlToken> = new Map(
  SETS.map((columns) => [nameOf(columns), conditionOn(columns)]),
);

/** Gives a filter's condition, and a name for its set of columns: each set is a statement of its own, planned for the index that serves it. */
export function matching(filter: PatrolFilter): { name: string; condition: FragmentSqlToken } {
  const given = COLUMNS.filter((column) => filter[column] !== undefined);
  const name = nameOf(given);
  const condition = CONDITIONS.get(name) ?? conditionOn(given);
  return { name, condition: { ...condition, values: given.map((column) => filter[column] ?? null) } };
}

function nameOf(columns: readonly Column[]): string {
  return columns.map((column) => `_${column}`).join('');
}

function conditionOn(columns: readonly Column[]): FragmentSqlToken {
  return columns.reduce(
    (others, column) => sql.fragment`${others} and ${sql.identifier([column])} = ${column}`,
    sql.fragment`true`,
  );
}
