import pg from 'pg';
import { ConfigError } from '../config.ts';

/** PostgreSQL's errors, and what they mean to the operator. Details of rows are never included. */
const SENTENCES: readonly [codes: RegExp, sentence: (error: pg.DatabaseError) => string][] = [
  // A lock timeout and a deadlock.
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

/** Throws the error of an adoption. @throws {ConfigError} if PostgreSQL refused it, as a sentence. */
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
  // One dependent object a line; the schema `alembic` is rolled back with the transaction.
  return (detail ?? '').replaceAll('\n', '; ').replaceAll('alembic.', 'public.');
}
