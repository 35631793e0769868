import { PatrolServiceError } from '../errors.ts';
import { singleFlight } from '../single-flight.ts';
import type { Identity } from './caller.ts';
import type { Role } from './roles.ts';
import type { CheckedToken } from './token-check.ts';

/** What auth-service says of tokens. */
export interface Verdicts {
  /**
   * Returns whose token it is.
   * @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked.
   */
  of(checked: CheckedToken): Promise<Identity>;
  /** The roles that it named last, for what nobody is let in by. */
  lastRoles(checked: CheckedToken): readonly Role[] | undefined;
}

export interface VerdictsOptions {
  /** Asks auth-service; null for a token that it does not like. */
  readonly validateToken: (token: string) => Promise<Identity | null>;
  /** How long after auth-service was asked its positive answer may be reused; 0: never. */
  readonly cacheSeconds: number;
  readonly clock: () => Date;
  /** Milliseconds on a clock that is never set. */
  readonly now: () => number;
}

/** Nobody is judged by what was asked longer before they came than this: it may have been taken back meanwhile. */
export const JOINABLE_MS = 1000;

/** What auth-service said of a token, and when it was asked: by the campus's clock, and by one that is never set. */
interface Verdict {
  readonly identity: Identity | null;
  readonly askedAt: number;
  readonly askedMs: number;
}

export function createVerdicts({ validateToken, cacheSeconds, clock, now }: VerdictsOptions): Verdicts {
  const ask = singleFlight(
    async (token: string): Promise<Verdict> => {
      const [askedAt, askedMs] = [clock().getTime(), now()];
      return { identity: await validateToken(token), askedAt, askedMs };
    },
    { joinableMs: JOINABLE_MS, now },
  );
  // By what the local check remembers of a token: with that the caller is forgotten too.
  const verdicts = new WeakMap<CheckedToken, Verdict>();

  /**
   * Whether a verdict still counts. By the campus's clock it may seem younger than it is, or from the future, when that was
   * set back; by the other one when the process was frozen.
   */
  const isFresh = ({ askedAt, askedMs }: Verdict, { expiresAt }: CheckedToken): boolean => {
    const wallMs = clock().getTime();
    const age = Math.max(wallMs - askedAt, now() - askedMs);
    return wallMs >= askedAt && wallMs < expiresAt.getTime() && age < cacheSeconds * 1000;
  };

  const askAnew = async (checked: CheckedToken): Promise<Identity> => {
    const verdict = await ask(checked.token);
    const known = verdicts.get(checked);
    // Of two questions at once the later one may be answered first.
    const newest = known && known.askedMs > verdict.askedMs ? known : verdict;
    verdicts.set(checked, newest);
    if (!newest.identity) throw new PatrolServiceError('UNAUTHORIZED', 'auth-service said valid: false');
    return newest.identity;
  };

  return {
    async of(checked) {
      const known = cacheSeconds > 0 ? verdicts.get(checked) : undefined;
      return known?.identity && isFresh(known, checked) ? known.identity : askAnew(checked);
    },
    lastRoles: (checked) => verdicts.get(checked)?.identity?.roles,
  };
}
