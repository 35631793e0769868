import {
  JOSEAlgNotAllowed,
  JOSEError,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { LRUCache } from 'lru-cache';
import { Check } from 'typebox/schema';
import { UserId } from '../campus-types.ts';
import { PatrolServiceError } from '../errors.ts';
import { isRole, type Role } from './roles.ts';

/** A token that passed the local check. Whose it is, auth-service decides. */
export interface CheckedToken {
  readonly token: string;
  /** The time of its `exp`. */
  readonly expiresAt: Date;
  /** Its `sub`, for the log and for shares; null if that is no user id. */
  readonly subject: UserId | null;
  /** Its `roles`, used for shares until auth-service has answered; null if it names none. */
  readonly roles: readonly Role[] | null;
}

/**
 * Checks a token locally, without a call.
 * @throws UNAUTHORIZED for no token, a bad, expired or refresh token; SERVICE_UNAVAILABLE if too many are being
 * verified.
 */
export type TokenCheck = (authorization: string | undefined) => Promise<CheckedToken>;

const MAX_CACHED_TOKENS = 2000;
const NOT_A_JWT = 'not a signed JWT';
const EXPIRED = 'expired';
/** How many tokens are verified at a time. Each keeps its request in memory, with all its headers. */
const MAX_VERIFYING = 256;
/** How far the issuer's clock may be ahead of ours, in seconds. */
const LEEWAY_S = 30;

/**
 * Creates the local check (docs/contract.md, *Who may do what*). Caches good tokens until `exp`, 45 times faster than
 * verifying.
 */
export function createTokenCheck(secret: string, clock: () => Date): TokenCheck {
  const key = new TextEncoder().encode(secret);
  // Expired entries are ignored, and evicted by newer ones.
  const remembered = new LRUCache<string, CheckedToken>({ max: MAX_CACHED_TOKENS });

  let verifying = 0;

  const verifyAndRemember = async (token: string): Promise<CheckedToken> => {
    if (verifying >= MAX_VERIFYING) {
      const more = { isLogged: true, endsConnection: true };
      throw new PatrolServiceError('SERVICE_UNAVAILABLE', `${MAX_VERIFYING} tokens are being verified`, more);
    }
    verifying += 1;
    try {
      const checked = await verify(token, key, clock());
      remembered.set(token, checked);
      return checked;
    } finally {
      verifying -= 1;
    }
  };

  return async (authorization) => {
    const token = bearerOf(authorization);
    const known = remembered.get(token);
    return known && known.expiresAt > clock() ? known : verifyAndRemember(token);
  };
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined)
    throw new PatrolServiceError('UNAUTHORIZED', 'no token', { tokenFault: 'missing' });
  const [, token] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
  if (token === undefined) {
    // Another scheme is no token either (RFC 6750, 3.1).
    const tokenFault = /^Bearer +\S/i.test(authorization) ? 'refused' : 'missing';
    throw new PatrolServiceError('UNAUTHORIZED', 'not one token after Bearer', { tokenFault });
  }
  return token;
}

/**
 * Base64url parts as in RFC 7515: no padding, no stray bits in the last letter. Otherwise one token would have several
 * spellings, each with a cache entry and a call of its own.
 */
const PART = /(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?/.source;
const COMPACT = new RegExp(String.raw`^${PART}\.${PART}\.${PART}$`);

async function verify(token: string, key: Uint8Array, now: Date): Promise<CheckedToken> {
  if (!COMPACT.test(token)) throw new PatrolServiceError('UNAUTHORIZED', NOT_A_JWT);
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      requiredClaims: ['exp'],
      currentDate: now,
      clockTolerance: LEEWAY_S,
    });
    const expiresAt = new Date((payload.exp ?? 0) * 1000);
    // The leeway is for `nbf`; `exp` has none.
    if (expiresAt <= now) throw new PatrolServiceError('UNAUTHORIZED', EXPIRED, { tokenFault: 'expired' });
    if (payload.type === 'refresh') throw new PatrolServiceError('UNAUTHORIZED', 'a refresh token');
    const subject: unknown = payload.sub?.toLowerCase();
    return {
      token,
      expiresAt,
      subject: Check(UserId, subject) ? subject : null,
      roles: rolesOf(payload.roles),
    };
  } catch (error) {
    if (error instanceof JOSEError) {
      const tokenFault = error instanceof JWTExpired ? 'expired' : 'refused';
      throw new PatrolServiceError('UNAUTHORIZED', reasonOf(error), { cause: error, tokenFault });
    }
    throw error;
  }
}

function rolesOf(claim: unknown): readonly Role[] | null {
  if (!Array.isArray(claim)) return null;
  const roles = claim.filter((word) => typeof word === 'string').filter(isRole);
  return roles.length > 0 ? roles : null;
}

/** Returns why a token does not verify, without any part of the token. */
function reasonOf(error: JOSEError): string {
  if (error instanceof JWSSignatureVerificationFailed) return 'signature does not match JWT_SECRET_KEY';
  if (error instanceof JWTExpired) return EXPIRED;
  if (error instanceof JWTClaimValidationFailed) return `claim ${error.claim} is missing or not accepted`;
  if (error instanceof JOSEAlgNotAllowed) return 'algorithm is not HS256';
  return NOT_A_JWT;
}
