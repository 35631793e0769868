import { expect } from '@jest/globals';
import { pino } from 'pino';
import { adoptDatabase } from '../lib/adoption/adopt.ts';
import { ConfigError } from '../lib/config.ts';
import { contentOf, createOldDatabase, type OldDatabase } from './old-database.ts';

/** Creates an old database with one patrol of one student, and whatever the SQL makes of it. */
export async function oldEvening(sql = ''): Promise<OldDatabase> {
  const database = await createOldDatabase();
  await database.entry(await database.patrol(), { is_present: true, absence_reason: 'у врача' });
  await database.sql(sql);
  return database;
}

/** Adopts what cannot be adopted, and returns the sentence that says why; the database must be as it was. */
export async function refusalOf(
  database: OldDatabase,
  options: { folder?: string; databaseUrl?: string } = {},
) {
  const before = await contentOf(database);
  const limits = { log: pino({ level: 'silent' }), lockTimeoutMs: 200 };
  const refusal = await adoptDatabase({ databaseUrl: database.databaseUrl, ...limits, ...options }).catch(
    (error: unknown) => error,
  );
  expect(await contentOf(database)).toEqual(before);
  expect(refusal).toBeInstanceOf(ConfigError);
  const { message } = refusal as ConfigError;
  // One sentence, in which nobody is told of.
  expect(message).toMatch(/^[^\n]+\.$/);
  expect(message).not.toMatch(/врача|[0-9a-f]{8}-[0-9a-f]{4}/);
  return message;
}
