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

/** A token that passed the local check, and nothing more: who it belongs to is auth-service's to say. */
export interface CheckedToken {
  readonly token: string;
  /** When its `exp` comes. */
  readonly expiresAt: Date;
  /** Its `sub`, for the log and for shares; null where that is no user id. */
  readonly subject: UserId | null;
  /** Its `roles`, to judge by until auth-service has said whose they are; null where it names none. */
  readonly roles: readonly Role[] | null;
}

/**
 * Returns what the local check of a token found.
 * @throws UNAUTHORIZED for no token, a bad or expired one, or a refresh token; no call is made. SERVICE_UNAVAILABLE when
 * too many are being verified.
 */
export type TokenCheck = (authorization: string | undefined) => Promise<CheckedToken>;

const MAX_CACHED_TOKENS = 2000;
const NOT_A_JWT = 'not a signed JWT';
/** How many tokens are verified at a time: each verification keeps its request waiting, with all its headers. */
const MAX_VERIFYING = 256;
/** How far ahead of ours the clock of whoever issued a token may be, in seconds. */
const LEEWAY_S = 30;

/**
 * Gives the first, local check of a token (contract.md, *Who may do what*). A good verdict is kept until `exp`, for a
 * signature costs 45 times what a look-up does.
 */
export function createTokenCheck(secret: string, clock: () => Date): TokenCheck {
  const key = new TextEncoder().encode(secret);
  // What has expired is passed over, and makes room for what comes.
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
  if (authorization === undefined) throw new PatrolServiceError('UNAUTHORIZED', 'no token');
  const [, token] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
  if (token === undefined) throw new PatrolServiceError('UNAUTHORIZED', 'not one token after Bearer');
  return token;
}

/**
 * Three parts in base64url as RFC 7515 writes them: without padding, and with no bit in a last letter that means nothing.
 * A laxer reader has several spellings of one token, and each would have a verdict and a question to auth-service of its own.
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
    // The leeway is for what begins; what has ended has ended.
    if (expiresAt <= now) throw new PatrolServiceError('UNAUTHORIZED', 'expired');
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
      throw new PatrolServiceError('UNAUTHORIZED', reasonOf(error), { cause: error });
    }
    throw error;
  }
}

function rolesOf(claim: unknown): readonly Role[] | null {
  if (!Array.isArray(claim)) return null;
  const roles = claim.filter((word) => typeof word === 'string').filter(isRole);
  return roles.length > 0 ? roles : null;
}

/** Returns why a token does not verify, in words that hold nothing of the token. */
function reasonOf(error: JOSEError): string {
  if (error instanceof JWSSignatureVerificationFailed) return 'signature does not match JWT_SECRET_KEY';
  if (error instanceof JWTExpired) return 'expired';
  if (error instanceof JWTClaimValidationFailed) return `claim ${error.claim} is missing or not accepted`;
  if (error instanceof JOSEAlgNotAllowed) return 'algorithm is not HS256';
  return NOT_A_JWT;
}
