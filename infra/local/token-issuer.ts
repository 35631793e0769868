import { SignJWT } from 'jose';
import type { Role } from '../../lib/auth/roles.ts';
import { type Buildings, SIRIUS } from '../../lib/settings/campus-buildings.ts';
import { residentFor, rolesOf } from './campus.ts';

export interface TokenOptions {
  readonly secret: string;
  readonly role: Role;
  /** Whose token it is; without it, the well-known person of the role on the campus. */
  readonly sub?: string;
  /** The campus of that person; Campus Sirius without it. */
  readonly buildings?: Buildings;
  /** 12 hours without it; a negative one makes a token that has expired. */
  readonly expiresInSeconds?: number;
  readonly clock?: () => Date;
}

const TWELVE_HOURS = 12 * 60 * 60;

/** Returns an access token as auth-service would issue it: HS256, with the roles in it. */
export function issueToken(options: TokenOptions): Promise<string> {
  const { secret, role, buildings = SIRIUS, sub = residentFor(role, buildings).user_id } = options;
  const { expiresInSeconds = TWELVE_HOURS, clock = () => new Date() } = options;
  const now = Math.floor(clock().getTime() / 1000);
  return new SignJWT({ roles: rolesOf(role), type: 'access' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(new TextEncoder().encode(secret));
}
