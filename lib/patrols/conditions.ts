import type { FragmentSqlToken } from 'slonik';

/** The condition of each field of a filter. */
export type Conditions<Field extends string> = Readonly<
  Record<Field, (value: string | number) => FragmentSqlToken>
>;

/** Returns the conditions of the given fields, and a name for their set: each set is a statement with a plan of its own. */
export function conditionsOf<Field extends string>(
  table: Conditions<Field>,
  filter: Readonly<Partial<Record<Field, string | number | undefined>>>,
): { name: string; conditions: FragmentSqlToken[] } {
  // Object.keys returns plain strings.
  const given = (Object.keys(table) as Field[]).flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [{ field, condition: table[field](value) }];
  });
  return {
    name: given.map(({ field }) => `_${field}`).join(''),
    conditions: given.map(({ condition }) => condition),
  };
}
