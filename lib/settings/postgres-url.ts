import { expectPort, nameWantedHost, setHosts, takeHosts } from './postgres-hosts.ts';
import { expectCertificates, nameSslMode } from './postgres-tls.ts';

/** The parameters that are left for pg. */
const COUNTED = [
  ...['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation'],
  ...['application_name', 'options', 'target_session_attrs'],
  // Of several hosts.
  'port',
];

/**
 * Returns the URL in libpq's form, with no parameter that does not count: of SQLAlchemy's DSNs, drops the driver
 * (`postgresql+asyncpg://`) and renames `ssl=`. @throws an Error that ends the sentence "NAME …", without the URL.
 */
export function postgresUrl(text: string): string {
  const { address, hosts } = takeHosts(
    text.replace(/^(postgres|postgresql)(\+[a-z0-9_]+)?:\/\//i, 'postgresql://'),
  );
  const plain = withHost(address);
  if (!plain.startsWith('postgresql://') || !URL.canParse(plain)) {
    // Without the value, which may hold a password.
    throw new Error(
      'must be a PostgreSQL address like postgresql://user:password@host:5432/patrol_db (special characters in the password percent-encoded)',
    );
  }
  const url = new URL(plain);
  if (![url.username, url.password].every(isDecodable) || isCutShort(url)) {
    throw new Error('must be an address whose user and password are percent-encoded');
  }
  takeParameters(url, hosts);
  if (url.pathname.length < 2) throw new Error('must name a database, like …/patrol_db');
  nameSslMode(url);
  nameWantedHost(url);
  keepWhatCounts(url);
  expectCertificates(url.href);
  return url.href;
}

/** An address may leave the host out, and name it as a parameter: a URL with a user or a port may not. */
function withHost(address: string): string {
  return address.replace(/^(postgresql:\/\/(?:[^/?#]*@)?)(?=(?::\d*)?(?:[/?#]|$))/, '$1localhost');
}

/** Puts what an address says in its parameters where a URL has it; of a parameter that comes twice the last counts. */
function takeParameters(url: URL, hosts: string): void {
  const { user, password, dbname, host = '', port } = Object.fromEntries(url.searchParams);
  if (user) url.username = encodeURIComponent(user);
  // In the one place where it is looked for by what keeps passwords out of the log.
  if (password) url.password = encodeURIComponent(password);
  if (dbname) url.pathname = `/${encodeURI(dbname).replace(/[?#]/g, encodeURIComponent)}`;
  const several = hosts || url.searchParams.getAll('host').join();
  if (several.includes(',')) {
    setHosts(url, several, port || url.port);
    url.port = '';
    return;
  }
  // SQLAlchemy has a port behind the host there, too.
  const [, name = host, portOfHost] = /^([^/:]+|\[.+\]):(\d+)$/.exec(host) ?? [];
  if (name) {
    // Beside it pg would take a directory in the host's place for a part of the database's name.
    url.hostname = 'localhost';
    url.searchParams.set('host', name.replace(/^\[(.+)\]$/, '$1'));
  }
  const written = portOfHost ?? (port || url.port || '5432');
  expectPort(written);
  if (portOfHost || port) url.port = written;
  url.searchParams.delete('port');
}

function keepWhatCounts(url: URL): void {
  const kept = [...url.searchParams].filter(([name, value]) => COUNTED.includes(name) && value !== '');
  url.search = new URLSearchParams(kept).toString();
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== null;
  } catch {
    // A stray percent sign.
    return false;
  }
}

/** Whether an unescaped `/` or `#` in the password has cut the authority short. */
function isCutShort({ hash, pathname }: URL): boolean {
  return hash !== '' || pathname.includes('@');
}
