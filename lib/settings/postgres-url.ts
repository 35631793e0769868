import { expectCertificates, nameSslMode } from './postgres-tls.ts';

/**
 * Returns the URL in libpq's form: of SQLAlchemy's DSNs, drops the driver (`postgresql+asyncpg://`) and renames `ssl=`.
 * @throws an Error that ends the sentence "NAME …", without the URL.
 */
export function postgresUrl(text: string): string {
  const plain = text.replace(/^(postgres|postgresql)(\+[a-z0-9_]+)?:\/\//i, 'postgresql://');
  if (!plain.startsWith('postgresql://') || !URL.canParse(plain)) {
    // Without the value, which may hold a password.
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
    // Redaction looks for passwords only there.
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
    // A stray percent sign.
    return false;
  }
}

/** Whether an unescaped `/` or `#` in the password has cut the authority short. */
function isCutShort({ hash, pathname }: URL): boolean {
  return hash !== '' || pathname.includes('@');
}
