import { expectCertificates, nameSslMode } from './postgres-tls.ts';

/**
 * Returns the address as libpq has it. The campus writes SQLAlchemy DSNs (`postgresql+asyncpg://`): the driver is dropped,
 * `ssl=` becomes `sslmode=`.
 * @throws an Error whose message ends the sentence "NAME …", and never holds the address.
 */
export function postgresUrl(text: string): string {
  const plain = text.replace(/^(postgres|postgresql)(\+[a-z0-9_]+)?:\/\//i, 'postgresql://');
  if (!plain.startsWith('postgresql://') || !URL.canParse(plain)) {
    // The value itself may hold a password: it is described, never repeated.
    throw new Error(
      'must be a PostgreSQL address like postgresql://user:password@host:5432/patrol_db (special characters in the password percent-encoded)',
    );
  }
  const url = new URL(plain);
  if (!isDecodable(url.password) || isCutShort(url)) {
    throw new Error('must be an address whose password is percent-encoded');
  }
  if (url.pathname.length < 2) throw new Error('must name a database, like …/patrol_db');
  const port = Number(url.searchParams.get('port') ?? (url.port || 5432));
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error('must have a port from 1 to 65535');
  const { searchParams } = url;
  const password = searchParams.get('password');
  if (password !== null) {
    // In the one place where it is looked for by what keeps passwords out of the log.
    url.password = encodeURIComponent(password);
    searchParams.delete('password');
  }
  nameSslMode(url);
  expectCertificates(url.href);
  return url.href;
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== null;
  } catch {
    // A stray percent sign: the answer is the whole of what there is to know.
    return false;
  }
}

/** Whether a `/` or `#` of the password has ended the part of the address that the password belongs to. */
function isCutShort({ hash, pathname }: URL): boolean {
  return hash !== '' || pathname.includes('@');
}
