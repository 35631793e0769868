import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type QuerySqlToken, sql, type ValueExpression } from 'slonik';

/** A query whose rows are `Row`s. */
export type Query<Row> = QuerySqlToken<StandardSchemaV1<unknown, Row>>;

/** Says what a query's rows are. Slonik asks for a Standard Schema; our own SQL is trusted to give what it names. */
export function rowsOf<Row>(): StandardSchemaV1<unknown, Row> {
  return {
    // The one place where the type of a row is taken on trust.
    '~standard': { version: 1, vendor: 'patrol-service', validate: (value) => ({ value: value as Row }) },
  };
}

type Written = Pick<Query<never>, 'sql' | 'type'>;

/** What Slonik calls a value until it has put a text together; to PostgreSQL it is `$1`. */
const SLONIK_PLACEHOLDER = '$slonik_';

/** By the place in the code that wrote it, and by its name there. */
const written = new WeakMap<TemplateStringsArray, Map<string, Written>>();

/**
 * Gives the tag of a prepared statement: Slonik's own, but the text is put together only once, for to PostgreSQL a name
 * means one text as well. To do it anew for each run was a twentieth of what a request cost.
 */
export function prepared<Row>(name: string) {
  return (parts: TemplateStringsArray, ...parameters: ValueExpression[]): Query<Row> => {
    const values = valuesOf(parameters);
    const known = written.get(parts)?.get(name);
    if (known && values) return { ...known, name, values, parser: rowsOf<Row>() };
    const query = sql.prepared(name, rowsOf<Row>())(parts, ...parameters);
    const text = { ...query, sql: query.sql.replaceAll(SLONIK_PLACEHOLDER, '$') };
    written.set(parts, (written.get(parts) ?? new Map<string, Written>()).set(name, text));
    return text;
  };
}

type Value = QuerySqlToken['values'][number];

/** Gives the values of a template in their order; null where only Slonik knows what becomes of one. */
function valuesOf(parameters: readonly ValueExpression[]): Value[] | null {
  const values: Value[] = [];
  for (const parameter of parameters) {
    if (typeof parameter !== 'object' || parameter === null) values.push(parameter);
    else if ('sql' in parameter && 'values' in parameter) values.push(...parameter.values);
    else return null;
  }
  return values;
}
