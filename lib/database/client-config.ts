import type pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/** Returns the host, credentials and TLS settings of a URL, and nothing else that pg would read from it. */
export function clientConfig(url: string): pg.ClientConfig {
  const { host, port, user, password, database, ssl, sslnegotiation, application_name, options } =
    parseIntoClientConfig(url);
  return {
    ...{ host, port, user, password, database, ssl, sslnegotiation, application_name, options },
    // The kernel then detects a dead idle connection in twenty seconds instead of two hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}
