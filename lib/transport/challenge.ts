import type { PatrolServiceError, TokenFault } from '../errors.ts';

/** What is wrong with a token, in ASCII as headers and metadata are. */
const DESCRIPTIONS: Readonly<Record<Exclude<TokenFault, 'missing'>, string>> = {
  expired: 'The access token expired',
  refused: 'The access token is not accepted',
};

/**
 * Returns the `WWW-Authenticate` of an UNAUTHORIZED (RFC 6750). An app renews a token that expired; with any other the
 * user has to log in again.
 */
export function challengeOf({ tokenFault }: Pick<PatrolServiceError, 'tokenFault'>): string {
  if (tokenFault === 'missing') return 'Bearer';
  return `Bearer error="invalid_token", error_description="${DESCRIPTIONS[tokenFault]}"`;
}
