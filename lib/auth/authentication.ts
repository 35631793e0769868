import type { Claimant } from '../admission/fair-share.ts';
import type { Place, UserId } from '../campus-types.ts';
import { singleFlight } from '../single-flight.ts';
import type { Credentials, Identity, ReachingUser } from './caller.ts';
import { identityOfGateway } from './gateway.ts';
import { isStudentAlone, Reach } from './reach.ts';
import type { CheckedToken, TokenCheck } from './token-check.ts';
import { createVerdicts, JOINABLE_MS, type VerdictsOptions } from './verdicts.ts';

/** A caller before auth-service is asked: a locally checked token, or the trusted gateway's word. */
export type Claim = CheckedToken | { readonly identity: Identity };

/** Authenticates a caller, step by step. */
export interface Authentication {
  /** Checks what needs no call. @throws UNAUTHORIZED; VALIDATION_ERROR for gateway metadata without a user. */
  check(credentials: Credentials): Promise<Claim>;
  /** Returns who the request counts for, before auth-service is asked: by its last verdict, or by the token. */
  claimant(claim: Claim): Claimant;
  /** Returns the identity that auth-service confirms. @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if it cannot be asked. */
  confirm(claim: Claim): Promise<Identity>;
  /** Returns the user with their reach. Asks for the home of a gateway's student. @throws SERVICE_UNAVAILABLE */
  reach(identity: Identity): Promise<ReachingUser>;
}

export interface AuthenticationOptions extends Omit<VerdictsOptions, 'now'> {
  /** Milliseconds on a monotonic clock. */
  readonly now?: () => number;
  readonly checkToken: TokenCheck;
  /** Returns where a user lives, or null if auth-service does not know them. */
  readonly homeOf: (userId: UserId) => Promise<Place | null>;
  /** Whether the campus gateway's word is trusted. */
  readonly trustGateway: boolean;
}

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { checkToken, trustGateway, now = () => performance.now() } = options;
  const homeOf = singleFlight(options.homeOf, { joinableMs: JOINABLE_MS, now });
  const verdicts = createVerdicts({ ...options, now });

  return {
    async check({ authorization, gateway }) {
      // A token decides if there is one, good or bad: metadata never overrides it.
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
      const at = (place: Place | null) => ({ user_id, roles, reach: Reach.of(roles, place) });
      if (home || !isStudentAlone(roles)) return at(home ?? null);
      return at(await homeOf(user_id));
    },
  };
}
