import { LRUCache } from 'lru-cache';
import { PatrolServiceError } from '../errors.ts';
import type { Caller, Credentials } from './caller.ts';
import { callerOfGateway } from './gateway.ts';
import type { CheckedToken, TokenCheck } from './token-check.ts';

/** A caller as far as nobody has been asked: a token that auth-service must confirm, or the trusted gateway's word. */
export type Claim = { readonly token: CheckedToken } | { readonly caller: Caller };

/** Who calls, found out in two steps: what can be refused here without a call, and what auth-service says. */
export interface Authentication {
  /** @throws UNAUTHORIZED; VALIDATION_ERROR for gateway metadata that names nobody. */
  check(credentials: Credentials): Promise<Claim>;
  /** @throws UNAUTHORIZED; SERVICE_UNAVAILABLE if auth-service cannot be asked: nobody gets in on the local check alone. */
  confirm(claim: Claim): Promise<Caller>;
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

const REMEMBERED_CALLERS = 2000;

export function createAuthentication(options: AuthenticationOptions): Authentication {
  const { checkToken, validateToken, cacheSeconds, trustGateway, clock } = options;
  const asked = new Map<string, Promise<Caller | null>>();
  const known = new LRUCache<string, { caller: Caller; until: number }>({ max: REMEMBERED_CALLERS });

  /** Requests that come while auth-service is being asked about the same token share its answer. */
  const ask = (token: string): Promise<Caller | null> => {
    const underWay = asked.get(token);
    if (underWay) return underWay;
    const answer = validateToken(token).finally(() => asked.delete(token));
    asked.set(token, answer);
    return answer;
  };

  const confirmToken = async ({ token, expiresAt }: CheckedToken): Promise<Caller> => {
    const remembered = known.get(token);
    if (remembered && clock().getTime() < remembered.until) return remembered.caller;
    known.delete(token);
    const caller = await ask(token);
    if (!caller) throw new PatrolServiceError('UNAUTHORIZED', 'auth-service does not accept the token');
    if (cacheSeconds > 0) {
      const until = Math.min(clock().getTime() + cacheSeconds * 1000, expiresAt.getTime());
      known.set(token, { caller, until });
    }
    return caller;
  };

  return {
    async check({ authorization, gateway }) {
      // A token that is there decides, good or bad: metadata never outvotes it.
      if (authorization === undefined && gateway && trustGateway) return { caller: callerOfGateway(gateway) };
      return { token: await checkToken(authorization) };
    },
    confirm: async (claim) => ('caller' in claim ? claim.caller : confirmToken(claim.token)),
  };
}
