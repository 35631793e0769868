import type { Claimant } from '../admission/fair-share.ts';
import type { Place, UserId } from '../campus-types.ts';
import { singleFlight } from '../single-flight.ts';
import type { Caller, Credentials, Identity } from './caller.ts';
import { identityOfGateway } from './gateway.ts';
import { isStudentAlone, Reach } from './reach.ts';
import type { CheckedToken, TokenCheck } from './token-check.ts';
import { createVerdicts, JOINABLE_MS, type VerdictsOptions } from './verdicts.ts';

/** A caller as far as nobody has been asked: a token that auth-service must confirm, or the trusted gateway's word. */
export type Claim = CheckedToken | { readonly identity: Identity };

/** Who calls, found out step by step. */
export interface Authentication {
  /**
   * What can be refused here without a call.
   * @throws UNAUTHORIZED; VALIDATION_ERROR for gateway metadata that names nobody.
   */
  check(credentials: Credentials): Promise<Claim>;
  /** Whose request it is, as far as that is known before auth-service is asked: by its last answer, or by the token. */
  claimant(claim: Claim): Claimant;
  /**
   * What auth-service says.
   * @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked: nobody gets in on the local check alone.
   */
  confirm(claim: Claim): Promise<Identity>;
  /**
   * What they may see of the campus; auth-service is asked where a student lives whom the gateway named.
   * @throws SERVICE_UNAVAILABLE if it cannot be asked.
   */
  reach(identity: Identity): Promise<Caller>;
}

export interface AuthenticationOptions extends Omit<VerdictsOptions, 'now'> {
  /** Milliseconds on a clock that is never set. */
  readonly now?: () => number;
  readonly checkToken: TokenCheck;
  /** Where somebody lives, or null if auth-service does not know them. */
  readonly homeOf: (userId: UserId) => Promise<Place | null>;
  /** Whether the campus gateway's word is enough. */
  readonly trustGateway: boolean;
}

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { checkToken, trustGateway, now = () => performance.now() } = options;
  const homeOf = singleFlight(options.homeOf, { joinableMs: JOINABLE_MS, now });
  const verdicts = createVerdicts({ ...options, now });

  return {
    async check({ authorization, gateway }) {
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
      const roles = verdicts.lastRoles(claim) ?? claim.roles;
      return { id: claim.subject ?? claim.token, isStudent: roles !== null && isStudentAlone(roles) };
    },
    async confirm(claim) {
      return 'identity' in claim ? claim.identity : verdicts.of(claim);
    },
    async reach({ user_id, roles, home }) {
      const callerAt = (place: Place | null): Caller => ({ user_id, roles, reach: Reach.of(roles, place) });
      if (home || !isStudentAlone(roles)) return callerAt(home ?? null);
      return callerAt(await homeOf(user_id));
    },
  };
}
