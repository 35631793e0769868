import pg from 'pg';
import { ConfigError } from '../config.ts';

/** What PostgreSQL says no to, and what that means for whoever runs the command. Details of rows are never among it. */
const SENTENCES: readonly [codes: RegExp, sentence: (error: pg.DatabaseError) => string][] = [
  // A lock that was waited for too long, and two that waited for each other.
  [
    /^(55P03|40P01)$/,
    () =>
      'the tables are in use: stop the old service first, and whatever else works on them or migrates them',
  ],
  [
    /^2BP01$/,
    ({ detail }) => `something else depends on the old tables, and has to go first: ${oneLine(detail)}`,
  ],
  [/^23/, ({ message }) => `the new tables refuse a row of the old ones: ${message}`],
  [/^42501$/, ({ message }) => `the database's role may not do it: ${message}`],
  [/^42(P06|P07|710|723)$/, ({ message }) => `a name that this service needs is taken: ${message}`],
];

/**
 * Throws what an adoption failed of: as a sentence where whoever runs it can do something about it.
 * @throws {ConfigError} for what PostgreSQL refuses.
 */
export function rethrowAsConfigError(error: unknown): never {
  if (error instanceof pg.DatabaseError) {
    const { code = '' } = error;
    const sentence = SENTENCES.find(([codes]) => codes.test(code))?.[1](error);
    if (sentence) {
      throw new ConfigError(`The database was not adopted, and nothing was changed: ${sentence}.`, {
        cause: error,
      });
    }
  }
  throw error;
}

function oneLine(detail: string | undefined): string {
  // One dependent a line; the schema is gone again with the transaction.
  return (detail ?? '').replaceAll('\n', '; ').replaceAll('alembic.', 'public.');
}
