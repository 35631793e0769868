import { sql, type PrimitiveValueExpression as Value, type ValueExpression } from 'slonik';

/** A statement with the values of one run, whose rows are `Row`s. PostgreSQL keeps it prepared under its name. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  readonly values: Value[];
  /** Gives a row of the answer its type. */
  readonly rowOf: (row: unknown) => Row;
}

/** What Slonik calls a value until it has put a text together; to PostgreSQL it is `$1`. */
const SLONIK_PLACEHOLDER = '$slonik_';

/** By the place in the code that wrote it, and by its name there. */
const written = new WeakMap<TemplateStringsArray, Map<string, string>>();

/**
 * Gives the tag of a prepared statement. Slonik's own puts its text together, but only once, for to PostgreSQL a name
 * means one text as well: to do it anew for each run was a twentieth of what a request cost.
 */
export function prepared<Row>(name: string) {
  return (parts: TemplateStringsArray, ...parameters: ValueExpression[]): Statement<Row> => {
    const values = valuesOf(parameters);
    const known = written.get(parts)?.get(name);
    if (known && values) return { name, text: known, values, rowOf: trusted<Row> };
    const query = sql.fragment(parts, ...parameters);
    const text = query.sql.replaceAll(SLONIK_PLACEHOLDER, '$');
    written.set(parts, (written.get(parts) ?? new Map<string, string>()).set(name, text));
    return { name, text, values: [...query.values], rowOf: trusted<Row> };
  };
}

/** Our own SQL is trusted to give what it names: the one place where the type of a row is. */
function trusted<Row>(row: unknown): Row {
  return row as Row;
}

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
