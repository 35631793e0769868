import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../infra/local/postgres.ts';

/** Certificates that a test has made: of a server named localhost, of a client, and of whom to trust. */
export interface Certificates {
  readonly directory: string;
  /** Who has signed the server's and the client's certificate, and somebody who has not. */
  readonly authority: string;
  readonly stranger: string;
  /** Of the role `campus`, with its key. */
  readonly client: { readonly cert: string; readonly key: string };
}

/** A PostgreSQL of a test's own, to which connections come as its `pg_hba.conf` lets them. */
export interface TlsPostgres {
  readonly port: number;
  readonly certificates: Certificates;
  /** Switches TLS on or off, and sets the lines of `pg_hba.conf`; connections that are open stay. */
  configure(tls: 'on' | 'off', access: readonly string[]): Promise<void>;
  /** Gives the address of one of its databases. */
  url(database: string, parameters?: string): string;
  /** Runs SQL as the superuser. */
  sql<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Everybody, with and without TLS, without a password. */
export const ANYBODY = ['host all all 127.0.0.1/32 trust'];

export async function startTlsPostgres(): Promise<TlsPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'patrol-tls-'));
  const dataDirectory = join(directory, 'data');
  const server = await startEmbeddedPostgres({ dataDirectory, port: 0, durable: false });
  const certificates = makeCertificates(directory);
  const { uid, gid } = statSync(dataDirectory);
  for (const name of ['server.crt', 'server.key', 'authority.crt']) {
    copyFileSync(join(directory, name), join(dataDirectory, name));
    chownSync(join(dataDirectory, name), uid, gid);
  }
  // Opened once: it comes in whatever the access is set to later.
  const superuser = new pg.Pool({
    connectionString: server.url('postgres'),
    max: 1,
    idleTimeoutMillis: 0,
  });
  // The server may be gone before the connection is closed.
  superuser.on('error', () => {});
  await superuser.query('select');
  const configure: TlsPostgres['configure'] = async (tls, access) => {
    await writeFile(join(dataDirectory, 'pg_hba.conf'), `${access.join('\n')}\n`);
    await superuser.query(`alter system set ssl = '${tls}'`);
    await superuser.query("alter system set ssl_ca_file = 'authority.crt'");
    const before = await loadedAt(superuser);
    await superuser.query('select pg_reload_conf()');
    while ((await loadedAt(superuser)) === before) await new Promise(setImmediate);
  };
  return {
    port: server.port,
    certificates,
    configure,
    url: (database, parameters = '') =>
      `postgresql://campus@127.0.0.1:${server.port}/${database}${parameters}`,
    sql: async (text) => (await superuser.query(text)).rows,
    async stop() {
      await superuser.end();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function loadedAt(client: pg.Pool): Promise<string | undefined> {
  const { rows } = await client.query<{ at: string }>('select pg_conf_load_time()::text as at');
  return rows[0]?.at;
}

function makeCertificates(directory: string): Certificates {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  const request = ['req', '-newkey', 'rsa:2048', '-nodes', '-sha256'];
  const authority = (name: string) =>
    openssl(
      ...request,
      '-x509',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  const signed = (name: string, subject: string) => {
    openssl(
      ...request,
      '-subj',
      `/CN=${subject}`,
      '-addext',
      `subjectAltName=DNS:${subject}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    const by = [
      '-CA',
      'authority.crt',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
      '-copy_extensions',
      'copy',
    ];
    openssl('x509', '-req', '-days', '2', '-in', `${name}.csr`, '-out', `${name}.crt`, ...by);
  };
  authority('authority');
  authority('stranger');
  signed('server', 'localhost');
  signed('client', 'campus');
  const path = (name: string) => join(directory, name);
  return {
    directory,
    authority: path('authority.crt'),
    stranger: path('stranger.crt'),
    client: { cert: path('client.crt'), key: path('client.key') },
  };
}
