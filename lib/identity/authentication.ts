import type { Claimant } from '../admission.ts';
import { PatrolServiceError } from '../errors.ts';
import type { Place, UserId } from '../patrols/schemas.ts';
import { singleFlight } from '../single-flight.ts';
import type { Caller, Credentials, Identity, Role } from './caller.ts';
import { identityOfGateway } from './gateway.ts';
import { isStudentAlone, Reach } from './reach.ts';
import type { CheckedToken, TokenCheck } from './token-check.ts';

/** A caller as far as nobody has been asked: a token that auth-service must confirm, or the trusted gateway's word. */
export type Claim = CheckedToken | { readonly identity: Identity };

/** Who calls, found out step by step, each at once where nothing has to be computed or asked that is not known already. */
export interface Authentication {
  /**
   * What can be refused here without a call.
   * @throws UNAUTHORIZED; VALIDATION_ERROR for gateway metadata that names nobody.
   */
  check(credentials: Credentials): Claim | Promise<Claim>;
  /** Whose request it is, as far as that is known before auth-service is asked: by its last answer, or by the token. */
  claimant(claim: Claim): Claimant;
  /**
   * What auth-service says.
   * @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked: nobody gets in on the local check alone.
   */
  confirm(claim: Claim): Identity | Promise<Identity>;
  /**
   * What they may see of the campus; auth-service is asked where a student lives whom the gateway named.
   * @throws SERVICE_UNAVAILABLE if it cannot be asked.
   */
  reach(identity: Identity): Caller | Promise<Caller>;
}

export interface AuthenticationOptions {
  readonly checkToken: TokenCheck;
  readonly validateToken: (token: string) => Promise<Identity | null>;
  /** Where somebody lives, or null if auth-service does not know them. */
  readonly homeOf: (userId: UserId) => Promise<Place | null>;
  /** How long after auth-service was asked its positive answer may be reused; 0: never. */
  readonly cacheSeconds: number;
  /** Whether the campus gateway's word is enough. */
  readonly trustGateway: boolean;
  readonly clock: () => Date;
  /** Milliseconds on a clock that is never set. */
  readonly now?: () => number;
}

/** Nobody is judged by what was asked longer before they came than this: it may have been taken back meanwhile. */
const JOINABLE_MS = 1000;

/** What auth-service said of a token, and when it was asked: by the campus's clock, and by one that is never set. */
interface Verdict {
  readonly identity: Identity | null;
  readonly askedAt: number;
  readonly askedMs: number;
}

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { checkToken, cacheSeconds, trustGateway, clock, now = () => performance.now() } = options;
  const sharing = { joinableMs: JOINABLE_MS, now };
  const homeOf = singleFlight(options.homeOf, sharing);
  const ask = singleFlight(async (token: string): Promise<Verdict> => {
    const [askedAt, askedMs] = [clock().getTime(), now()];
    return { identity: await options.validateToken(token), askedAt, askedMs };
  }, sharing);
  // By what the local check remembers of a token: with that the caller is forgotten too.
  const verdicts = new WeakMap<CheckedToken, Verdict>();
  // What nobody is let in by: it decides whose share a request counts for.
  const lastRoles = new WeakMap<CheckedToken, readonly Role[]>();

  /**
   * Whether a verdict still counts. By the campus's clock it may seem younger than it is, or from the future, when that was
   * set back; by the other one when the process was frozen.
   */
  const isFresh = ({ askedAt, askedMs }: Verdict, { expiresAt }: CheckedToken): boolean => {
    const wallMs = clock().getTime();
    const age = Math.max(wallMs - askedAt, now() - askedMs);
    return wallMs >= askedAt && wallMs < expiresAt.getTime() && age < cacheSeconds * 1000;
  };

  const confirmToken = async (checked: CheckedToken): Promise<Identity> => {
    const verdict = await ask(checked.token);
    const known = verdicts.get(checked);
    // Of two questions at once the later one may be answered first.
    const newest = known && known.askedMs > verdict.askedMs ? known : verdict;
    verdicts.set(checked, newest);
    const { identity } = newest;
    if (!identity) throw new PatrolServiceError('UNAUTHORIZED', 'auth-service said valid: false');
    lastRoles.set(checked, identity.roles);
    return identity;
  };

  return {
    check({ authorization, gateway }) {
      // A token that is there decides, good or bad: metadata never outvotes it.
      if (authorization === undefined && gateway && trustGateway)
        return { identity: identityOfGateway(gateway) };
      return checkToken(authorization);
    },
    claimant(claim) {
      if ('identity' in claim) {
        const { user_id, roles } = claim.identity;
        return { id: user_id, isStudent: isStudentAlone(roles) };
      }
      const roles = lastRoles.get(claim) ?? claim.roles;
      return { id: claim.subject ?? claim.token, isStudent: roles !== null && isStudentAlone(roles) };
    },
    confirm(claim) {
      if ('identity' in claim) return claim.identity;
      const known = cacheSeconds > 0 ? verdicts.get(claim) : undefined;
      return known?.identity && isFresh(known, claim) ? known.identity : confirmToken(claim);
    },
    reach({ user_id, roles, home }) {
      const callerAt = (place: Place | null): Caller => ({ user_id, roles, reach: Reach.of(roles, place) });
      if (home || !isStudentAlone(roles)) return callerAt(home ?? null);
      return homeOf(user_id).then(callerAt);
    },
  };
}
