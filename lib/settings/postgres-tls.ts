import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { parseIntoClientConfig } from 'pg-connection-string';

/** libpq's words for what is asked of a connection, in the order of how much. */
const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** What others call them: SQLAlchemy and asyncpg in `ssl=`, pg in either. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['true', 'require'],
  ['1', 'require'],
  ['no-verify', 'require'],
  ['false', 'disable'],
  ['0', 'disable'],
]);

/**
 * Gives an address libpq's `sslmode` for whatever it says of TLS; one that says nothing is left alone.
 * @throws an Error whose message ends the sentence "NAME …".
 */
export function nameSslMode(url: URL): void {
  const { searchParams } = url;
  const written = (searchParams.get('sslmode') ?? searchParams.get('ssl'))?.toLowerCase();
  searchParams.delete('ssl');
  const mode = OTHER_WORDS.get(written ?? '') ?? written;
  if (mode !== undefined) {
    if (!SSL_MODES.includes(mode)) throw new Error(`must have an sslmode of ${SSL_MODES.join(', ')}`);
    searchParams.set('sslmode', mode);
  }
  if (written === 'no-verify') searchParams.delete('sslrootcert');
  if (mode === 'verify-ca' && !searchParams.has('sslrootcert')) {
    throw new Error('must name an sslrootcert with sslmode=verify-ca');
  }
  const isWeak = mode === 'disable' || mode === 'allow' || mode === 'prefer';
  if (searchParams.get('sslnegotiation') === 'direct' && isWeak) {
    throw new Error('must have an sslmode of require or more with sslnegotiation=direct');
  }
}

/**
 * Looks at the certificates and the key that an address names.
 * @throws an Error whose message ends the sentence "NAME …".
 */
export function expectCertificates(address: string): void {
  try {
    for (const candidate of candidateUrls(address)) {
      const { ssl } = parseIntoClientConfig(candidate);
      if (typeof ssl !== 'object') continue;
      createSecureContext(ssl);
      // Of a text without a certificate OpenSSL says nothing, and trusts nobody.
      if (typeof ssl.ca === 'string') new X509Certificate(ssl.ca);
    }
  } catch (error) {
    const reason = Error.isError(error) ? error.message : String(error);
    throw new Error(`must name certificates that can be used: ${reason}`, { cause: error });
  }
}

/**
 * Gives the addresses to try one after another, each with libpq's meaning and no choice left: `prefer` and `allow` are two.
 * @param address as `postgresUrl` has it.
 */
export function candidateUrls(address: string): readonly [string, ...string[]] {
  const as = (mode: string, isUnverified = false) => {
    const url = new URL(address);
    url.searchParams.set('sslmode', mode);
    // Without it pg gives `require` and `verify-ca` a meaning of its own, and writes of that to stderr.
    url.searchParams.set('uselibpqcompat', 'true');
    if (isUnverified) url.searchParams.delete('sslrootcert');
    return url.href;
  };
  const { hostname, searchParams } = new URL(address);
  const mode = searchParams.get('sslmode');
  if (mode === null) return [address];
  // Over a Unix socket there is no TLS, and libpq asks for none.
  if ((searchParams.get('host') ?? decodeURIComponent(hostname)).startsWith('/'))
    return [as('disable', true)];
  // Whoever takes a plain connection as well has no use for a certificate that is looked at.
  if (mode === 'prefer') return [as('require', true), as('disable', true)];
  if (mode === 'allow') return [as('disable', true), as('require', true)];
  return [as(mode)];
}

/**
 * Returns what the first of several ways leads to that PostgreSQL does not refuse.
 * @throws what else goes wrong; where all are refused, the refusal that says more.
 */
export async function firstToConnect<Candidate, Result>(
  candidates: readonly Candidate[],
  connect: (candidate: Candidate) => Promise<Result>,
): Promise<Result> {
  const refusals: unknown[] = [];
  for (const candidate of candidates) {
    try {
      return await connect(candidate);
    } catch (error) {
      if (!isTlsMismatch(error)) throw error;
      refusals.push(error);
    }
  }
  throw refusals.reduce(moreTelling);
}

/** What PostgreSQL says to a connection that it wants otherwise (`pg_hba.conf`), and PgBouncer to anything it does not like. */
const WANTED_OTHERWISE: ReadonlySet<unknown> = new Set(['28000', '08P01']);

/** Whether a connection that failed may be had another way: encrypted and not plain, or the other way round. */
function isTlsMismatch(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (WANTED_OTHERWISE.has(code) || offersNoTls(error)) return true;
  // A handshake that failed; of what nobody answers, the other way would not either.
  return String(code).startsWith('ERR_SSL_') || (code === 'ECONNRESET' && !('severity' in error));
}

/** Whether it is pg's word for a server without TLS. */
export function offersNoTls(error: unknown): boolean {
  return Error.isError(error) && error.message === 'The server does not support SSL connections';
}

/** Gives the refusal that says more: that there is no TLS is no news to whoever can do without. */
function moreTelling<Refusal>(first: Refusal, second: Refusal): Refusal {
  return offersNoTls(second) ? first : second;
}
