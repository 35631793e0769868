import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parseIntoClientConfig } from 'pg-connection-string';

/** libpq's values of `sslmode`, in ascending order. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Other spellings: SQLAlchemy and asyncpg in `ssl=`, pg in either. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['true', 'require'],
  ['1', 'require'],
  ['no-verify', 'require'],
  ['false', 'disable'],
  ['0', 'disable'],
]);

/** Parameters that mean TLS: a URL with one of them and without a mode asks for `verify-full`. */
const OF_TLS = ['sslrootcert', 'sslcert', 'sslkey'];

/** Sets libpq's `sslmode` for any spelling of it. @throws an Error that ends the sentence "NAME …". */
export function nameSslMode(url: URL): void {
  const { searchParams } = url;
  const isDirect = isNegotiatedDirectly(searchParams);
  const written = (searchParams.get('sslmode') ?? searchParams.get('ssl'))?.toLowerCase();
  searchParams.delete('ssl');
  const isSaid = isDirect || OF_TLS.some((name) => searchParams.get(name));
  const mode = OTHER_WORDS.get(written ?? '') ?? written ?? (isSaid ? 'verify-full' : undefined);
  if (mode !== undefined) {
    if (!SSL_MODES.includes(mode)) throw new Error(`must have an sslmode of ${SSL_MODES.join(', ')}`);
    searchParams.set('sslmode', mode);
  }
  if (written === 'no-verify') searchParams.delete('sslrootcert');
  if (mode === 'verify-ca' && !searchParams.get('sslrootcert')) {
    throw new Error('must name an sslrootcert with sslmode=verify-ca');
  }
  if (searchParams.get('sslrootcert') === 'system') {
    if (mode !== 'verify-full')
      throw new Error('must have an sslmode of verify-full with sslrootcert=system');
    // Node's own list is what it trusts when it is told nothing.
    searchParams.delete('sslrootcert');
  }
  const isWeak = mode === 'disable' || mode === 'allow' || mode === 'prefer';
  if (isDirect && isWeak) {
    throw new Error('must have an sslmode of require or more with sslnegotiation=direct');
  }
}

function isNegotiatedDirectly(searchParams: URLSearchParams): boolean {
  const negotiation = searchParams.get('sslnegotiation') || 'postgres';
  if (!['postgres', 'direct'].includes(negotiation)) {
    throw new Error('must have an sslnegotiation of postgres or direct');
  }
  return negotiation === 'direct';
}

/** Checks the certificates and key that a URL names. @throws an Error whose message ends the sentence "NAME …". */
export function expectCertificates(address: string): void {
  try {
    for (const candidate of candidateUrls(address)) {
      const { ssl } = parseIntoClientConfig(candidate);
      if (typeof ssl !== 'object') continue;
      createSecureContext(ssl);
      // OpenSSL silently trusts nobody if the file has no certificate.
      if (typeof ssl.ca === 'string') new X509Certificate(ssl.ca);
    }
  } catch (error) {
    const reason = Error.isError(error) ? error.message : String(error);
    throw new Error(`must name certificates that can be used: ${reason}`, { cause: error });
  }
}

/**
 * Returns the URLs to try in order, each with a definite `sslmode`. Without a mode it is `disable`, whatever the
 * environment says (PGSSLMODE, PGSSLNEGOTIATION). @param address from `postgresUrl`.
 */
export function candidateUrls(address: string): readonly [string, ...string[]] {
  const { hostname, searchParams } = new URL(address);
  const mode = searchParams.get('sslmode') ?? 'disable';
  // libpq uses no TLS over a Unix socket.
  if ((searchParams.get('host') ?? decodeURIComponent(hostname)).startsWith('/')) return [plain(address)];
  // With `prefer` or `allow` a certificate check would be pointless.
  const unverified = without(encrypted(address, 'require'), ['sslrootcert']);
  switch (mode) {
    case 'disable':
      return [plain(address)];
    case 'prefer':
      return [unverified, plain(address)];
    case 'allow':
      return [plain(address), unverified];
    default:
      return [encrypted(address, mode)];
  }
}

function plain(address: string): string {
  return withParameters(without(address, OF_TLS), { sslmode: 'disable', sslnegotiation: 'postgres' });
}

function encrypted(address: string, sslmode: string): string {
  const sslnegotiation = new URL(address).searchParams.get('sslnegotiation') ?? 'postgres';
  // Otherwise pg reads `require` and `verify-ca` differently, and warns on stderr.
  return withParameters(address, { sslmode, sslnegotiation, uselibpqcompat: 'true' });
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function without(address: string, parameters: readonly string[]): string {
  const url = new URL(address);
  for (const name of parameters) url.searchParams.delete(name);
  return url.href;
}

/** Returns the first result that PostgreSQL does not refuse. @throws any other error, or the more specific refusal. */
export async function firstToConnect<Candidate, Result>(
  candidates: readonly Candidate[],
  connect: (candidate: Candidate) => Promise<Result>,
): Promise<Result> {
  const errors: unknown[] = [];
  for (const candidate of candidates) {
    try {
      return await connect(candidate);
    } catch (error) {
      if (!isTlsMismatch(error)) throw error;
      errors.push(error);
    }
  }
  throw errors.reduce(moreSpecific);
}

/** Codes for a connection refused by `pg_hba.conf`, and by PgBouncer for any reason. */
const WANTED_OTHERWISE: ReadonlySet<unknown> = new Set(['28000', '08P01']);

/** Whether the next candidate may succeed: TLS instead of plain, or plain instead of TLS. */
function isTlsMismatch(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (WANTED_OTHERWISE.has(code) || offersNoTls(error)) return true;
  // A failed handshake. An unreachable server would not answer the next candidate either.
  return String(code).startsWith('ERR_SSL_') || (code === 'ECONNRESET' && !('severity' in error));
}

/** Whether it is pg's error for a server without TLS. */
export function offersNoTls(error: unknown): boolean {
  return Error.isError(error) && error.message === 'The server does not support SSL connections';
}

/** Returns the more specific refusal: the lack of TLS is expected if plain connections are allowed. */
function moreSpecific<Failure>(first: Failure, second: Failure): Failure {
  return offersNoTls(second) ? first : second;
}
