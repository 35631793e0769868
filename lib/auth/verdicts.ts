import { PatrolServiceError } from '../errors.ts';
import { singleFlight } from '../single-flight.ts';
import type { Identity } from './caller.ts';
import type { Role } from './roles.ts';
import type { CheckedToken } from './token-check.ts';

/** Caches auth-service's verdicts on tokens. */
export interface Verdicts {
  /** Returns the identity of a token. @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked. */
  of(checked: CheckedToken): Promise<Identity>;
  /** Returns the roles of the last verdict, however old. For shares, never for access. */
  lastRoles(checked: CheckedToken): readonly Role[] | undefined;
}

export interface VerdictsOptions {
  /** Asks auth-service; null for a token that it does not accept. */
  readonly validateToken: (token: string) => Promise<Identity | null>;
  /** How long a positive verdict may be reused, from when auth-service was asked; 0: never. */
  readonly cacheSeconds: number;
  readonly clock: () => Date;
  /** Milliseconds on a monotonic clock. */
  readonly now: () => number;
}

/** A request does not join a call that began longer ago than this: the token may have been revoked meanwhile. */
export const JOINABLE_MS = 1000;

/** auth-service's verdict, and when it was asked, by the campus's clock and by a monotonic one. */
interface Verdict {
  readonly identity: Identity | null;
  readonly askedAt: number;
  readonly askedMs: number;
}

export function createVerdicts({ validateToken, cacheSeconds, clock, now }: VerdictsOptions): Verdicts {
  const validateOnce = singleFlight(
    async (token: string): Promise<Verdict> => {
      const [askedAt, askedMs] = [clock().getTime(), now()];
      return { identity: await validateToken(token), askedAt, askedMs };
    },
    { joinableMs: JOINABLE_MS, now },
  );
  // Keyed by the cached local check: both are evicted together.
  const verdicts = new WeakMap<CheckedToken, Verdict>();

  /**
   * Whether a verdict may still be used. Takes the greater of two ages: the campus's clock may have been set back,
   * and the monotonic one stops while the process is frozen.
   */
  const isFresh = ({ askedAt, askedMs }: Verdict, { expiresAt }: CheckedToken): boolean => {
    const wallMs = clock().getTime();
    const age = Math.max(wallMs - askedAt, now() - askedMs);
    return wallMs >= askedAt && wallMs < expiresAt.getTime() && age < cacheSeconds * 1000;
  };

  const validate = async (checked: CheckedToken): Promise<Identity> => {
    const verdict = await validateOnce(checked.token);
    const known = verdicts.get(checked);
    // Of two concurrent calls, the later one may return first.
    const newest = known && known.askedMs > verdict.askedMs ? known : verdict;
    verdicts.set(checked, newest);
    if (!newest.identity) throw new PatrolServiceError('UNAUTHORIZED', 'auth-service said valid: false');
    return newest.identity;
  };

  return {
    async of(checked) {
      const known = cacheSeconds > 0 ? verdicts.get(checked) : undefined;
      return known?.identity && isFresh(known, checked) ? known.identity : validate(checked);
    },
    lastRoles: (checked) => verdicts.get(checked)?.identity?.roles,
  };
}
