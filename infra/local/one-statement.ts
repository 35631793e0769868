import { Client, type ClientConfig } from 'pg';

/** Runs one statement on a connection of its own, and returns its rows. @throws pg's and PostgreSQL's errors. */
export async function runStatement(
  config: ClientConfig,
  statement: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionTimeoutMillis: 5000, ...config });
  client.on('error', () => undefined); // a connection that is cut also rejects the call below
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
