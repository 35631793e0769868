import type pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/** Returns what an address says of where PostgreSQL is and who asks, and nothing else that pg would take from it. */
export function clientConfig(url: string): pg.ClientConfig {
  const { host, port, user, password, database, ssl, sslnegotiation, application_name, options } =
    parseIntoClientConfig(url);
  return {
    ...{ host, port, user, password, database, ssl, sslnegotiation, application_name, options },
    // The kernel finds an idle connection dead in twenty seconds, and not in two hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}
