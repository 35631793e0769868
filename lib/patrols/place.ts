import type pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/** Gives what an address says of where PostgreSQL is and who asks, and nothing else that pg would take from it. */
export function placeOf(address: string): pg.ClientConfig {
  const { host, port, user, password, database, ssl, sslnegotiation, application_name, options } =
    parseIntoClientConfig(address);
  return { host, port, user, password, database, ssl, sslnegotiation, application_name, options };
}
