import { PatrolServiceError } from '../errors.ts';
import type { Caller, Credentials } from './caller.ts';
import { callerOfGateway } from './gateway.ts';
import type { CheckedToken, TokenCheck } from './token-check.ts';

/** A caller as far as nobody has been asked: a token that auth-service must confirm, or the trusted gateway's word. */
export type Claim = CheckedToken | { readonly caller: Caller };

/** Who calls, found out in two steps, each at once where nothing has to be computed or asked that is not known already. */
export interface Authentication {
  /**
   * What can be refused here without a call.
   * @throws UNAUTHORIZED; VALIDATION_ERROR for gateway metadata that names nobody.
   */
  check(credentials: Credentials): Claim | Promise<Claim>;
  /**
   * What auth-service says.
   * @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked: nobody gets in on the local check alone.
   */
  confirm(claim: Claim): Caller | Promise<Caller>;
}

export interface AuthenticationOptions {
  readonly checkToken: TokenCheck;
  readonly validateToken: (token: string) => Promise<Caller | null>;
  /** How long a positive answer of auth-service may be reused; 0: never. */
  readonly cacheSeconds: number;
  /** Whether the campus gateway's word is enough. */
  readonly trustGateway: boolean;
  readonly clock: () => Date;
}

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { checkToken, validateToken, cacheSeconds, trustGateway, clock } = options;
  const asked = new Map<string, Promise<Caller | null>>();
  // By what the local check remembers of a token: with that the caller is forgotten too.
  const known = new WeakMap<CheckedToken, { readonly caller: Caller; readonly until: number }>();

  /** Requests that come while auth-service is being asked about the same token share its answer. */
  const ask = (token: string): Promise<Caller | null> => {
    const underWay = asked.get(token);
    if (underWay) return underWay;
    const answer = validateToken(token).finally(() => asked.delete(token));
    asked.set(token, answer);
    return answer;
  };

  const confirmToken = async (checked: CheckedToken): Promise<Caller> => {
    known.delete(checked);
    const caller = await ask(checked.token);
    if (!caller) throw new PatrolServiceError('UNAUTHORIZED', 'auth-service does not accept the token');
    if (cacheSeconds > 0) {
      const until = Math.min(clock().getTime() + cacheSeconds * 1000, checked.expiresAt.getTime());
      known.set(checked, { caller, until });
    }
    return caller;
  };

  return {
    check({ authorization, gateway }) {
      // A token that is there decides, good or bad: metadata never outvotes it.
      if (authorization === undefined && gateway && trustGateway) return { caller: callerOfGateway(gateway) };
      return checkToken(authorization);
    },
    confirm(claim) {
      if ('caller' in claim) return claim.caller;
      const remembered = known.get(claim);
      return remembered && clock().getTime() < remembered.until ? remembered.caller : confirmToken(claim);
    },
  };
}
